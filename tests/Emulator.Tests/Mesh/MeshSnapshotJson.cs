using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Emulator.Mesh;

namespace Emulator.Tests.Mesh;

/// <summary>A snapshot as JSON in which defaults are left out, for golden files.</summary>
internal static class MeshSnapshotJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        IncludeFields = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        Converters = { new TextConverter<IPAddress>(), new TextConverter<IPEndPoint>() },
    };

    public static string Write(MeshSnapshot snapshot)
    {
        var node = JsonSerializer.SerializeToNode(snapshot, Options)!;
        return Tidy(node)!.ToJsonString(Options) + "\n";
    }

    /// <summary>Sorts maps and drops empty ones, so that equal snapshots are equal texts.</summary>
    private static JsonNode? Tidy(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(
            map.Select(item => KeyValuePair.Create(item.Key, Tidy(item.Value)))
                .Where(item => item.Value is not (JsonObject { Count: 0 } or JsonArray { Count: 0 }))
                .OrderBy(item => item.Key, StringComparer.Ordinal)),
        JsonArray list => new JsonArray([.. list.Select(Tidy)]),
        _ => node?.DeepClone(),
    };

    private sealed class TextConverter<T> : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value!.ToString());
    }
}
