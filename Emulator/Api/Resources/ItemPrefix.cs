using System.Collections.Concurrent;
using Emulator.Storage;

namespace Emulator.Api.Resources;

/// <summary>The first bytes of a stored object that is in a certain version.</summary>
internal sealed class ItemPrefix(byte[] bytes)
{
    public static readonly ConcurrentDictionary<(ResourceType Type, string Kind, string Version), ItemPrefix> Known = new();

    public int Length => bytes.Length;

    public bool Matches(ReadOnlySpan<byte> json) => json.StartsWith(bytes);
}
