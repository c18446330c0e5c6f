namespace Emulator.Nodes;

/// <summary>One file of a volume.</summary>
/// <param name="Path">Relative, with slashes.</param>
/// <param name="Mode">Permission bits.</param>
internal sealed record VolumeFile(string Path, byte[] Content, UnixFileMode Mode);
