namespace Emulator.Network;

/// <summary>Serves one connection that is not HTTP; the connection ends when it returns.</summary>
internal delegate Task StreamHandler(Stream stream, PodConnection connection);
