using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GoogleEmulator.Http;

/// <summary>JSON objects as bodies.</summary>
internal static class JsonBody
{
    private const int Largest = 1 << 20;

    private static readonly JsonWriterOptions s_writing = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The object in the body; an empty one where there is no body.</summary>
    public static async Task<JsonObject> ReadAsync(HttpRequest request)
    {
        if (request.ContentLength is > Largest)
        {
            throw GoogleException.Invalid($"The request body has {request.ContentLength} bytes; {Largest} are allowed");
        }

        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer, request.HttpContext.RequestAborted);
        if (buffer.Length == 0)
        {
            return [];
        }

        return JsonNode.Parse(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)) as JsonObject
            ?? throw GoogleException.Invalid("Invalid JSON payload received: expected an object");
    }

    public static async Task WriteAsync(HttpResponse response, int status, JsonObject body)
    {
        response.StatusCode = status;
        response.ContentType = "application/json; charset=UTF-8";
        using var buffer = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(buffer, s_writing))
        {
            body.WriteTo(writer);
        }

        response.ContentLength = buffer.Length;
        await response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), response.HttpContext.RequestAborted);
    }
}
