using System.Text;
using System.Text.Json.Nodes;
using Emulator.Api.Http;
using Emulator.Api.Schemas;
using Emulator.Storage;

namespace Emulator.Api.Resources;

/// <summary>Reads the bodies of requests: size limit, media type, decoding.</summary>
internal sealed class RequestBody(IProtobufReader protobuf)
{
    private const int Limit = 3 * 1024 * 1024;
    private const int AtOnce = 64 * 1024;

    /// <exception cref="ApiException">413.</exception>
    public static async Task<byte[]> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength is > Limit)
        {
            throw HttpErrors.TooLarge();
        }

        if (http.Request.ContentLength is { } length and <= AtOnce)
        {
            var exact = new byte[length];
            await http.Request.Body.ReadExactlyAsync(exact, http.RequestAborted);
            return exact;
        }

        // Memory grows with what has come, not with what was announced: a slow client may announce much.
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        while (await http.Request.Body.ReadAsync(chunk, http.RequestAborted) is var count and > 0)
        {
            if (buffer.Length + count > Limit)
            {
                throw HttpErrors.TooLarge();
            }

            buffer.Write(chunk, 0, count);
        }

        return buffer.ToArray();
    }

    public static string MediaType(HttpContext http)
    {
        var value = http.Request.ContentType ?? "";
        var end = value.IndexOf(';', StringComparison.Ordinal);
        return (end < 0 ? value : value[..end]).Trim().ToLowerInvariant();
    }

    /// <summary>Decodes an object; the second part are the bytes when they were JSON.</summary>
    /// <exception cref="ApiException">400 or 415.</exception>
    public (JsonObject Node, ReadOnlyMemory<byte> Json) Decode(string mediaType, byte[] body, string kind)
    {
        switch (mediaType)
        {
            case "" or "application/json":
                return (DecodeJson(body, kind), body);
            case "application/yaml" or "application/x-yaml" or "text/yaml":
                return (DecodeYaml(body, kind), default);
            case "application/vnd.kubernetes.protobuf":
                return (protobuf.Read(body), default);
            default:
                throw HttpErrors.UnsupportedBody();
        }
    }

    private static JsonObject DecodeJson(byte[] body, string kind)
    {
        var shown = body.Length == 0 ? "<empty>" : Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 1024)));
        try
        {
            return JsonReader.Read(body) as JsonObject
                ?? throw Unrecognized(kind, $"json: cannot unmarshal array into Go value of type struct (found {shown[..1]}, expected an object)", shown);
        }
        catch (System.Text.Json.JsonException fault)
        {
            throw Unrecognized(kind, GoJsonErrors.Describe(body, fault), shown);
        }
    }

    private static JsonObject DecodeYaml(byte[] body, string kind)
    {
        try
        {
            return YamlReader.Read(Encoding.UTF8.GetString(body)) as JsonObject
                ?? throw Unrecognized(kind, "the document is not an object", "yaml");
        }
        catch (YamlDotNet.Core.YamlException fault)
        {
            throw ApiErrors.BadRequest($"error converting YAML to JSON: yaml: line {fault.Start.Line}: {fault.Message}");
        }
    }

    private static ApiException Unrecognized(string kind, string why, string shown) =>
        ApiErrors.BadRequest($"the object provided is unrecognized (must be of type {kind}): couldn't get version/kind; json parse error: {why} ({shown})");
}
