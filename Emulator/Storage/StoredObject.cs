using System.Text.Json;
using System.Text.Json.Nodes;

namespace Emulator.Storage;

/// <summary>One version of one object.</summary>
/// <remarks><see cref="Node"/> is shared by all readers and must never be changed: take <see cref="Copy"/> first.</remarks>
internal sealed class StoredObject(ResourceKey key, long revision, ReadOnlyMemory<byte> json)
{
    private volatile JsonObject? parsed;

    public ResourceKey Key => key;

    /// <summary>The store's revision that wrote this version: <c>metadata.resourceVersion</c>.</summary>
    public long Revision => revision;

    /// <summary>The object as UTF-8 JSON, ready to be sent.</summary>
    public ReadOnlyMemory<byte> Json => json;

    /// <summary>The object parsed, on first use; every number and string in it is readable as any type it fits.</summary>
    public JsonObject Node => parsed ??= Copy();

    /// <summary>Drops the parsed form, which comes back when somebody asks for it.</summary>
    public void Forget() => parsed = null;

    public JsonObject Copy() => (JsonObject)StoreJson.Parse(json.Span);

    /// <summary>Serialises an object as the store keeps it.</summary>
    public static StoredObject From(ResourceKey key, long revision, JsonObject node) =>
        new(key, revision, JsonSerializer.SerializeToUtf8Bytes(node, StoreJson.Options));
}
