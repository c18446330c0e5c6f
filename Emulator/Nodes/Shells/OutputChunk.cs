namespace Emulator.Nodes;

/// <summary>A piece of what a program wrote.</summary>
internal readonly record struct OutputChunk(ReadOnlyMemory<byte> Bytes, bool IsError);
