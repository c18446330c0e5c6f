using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Emulator.Nodes.Samples;

/// <summary>JSON answers of the samples.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(HttpContext context, JsonNode body, int status = StatusCodes.Status200OK, bool pretty = false)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(pretty ? body.ToJsonString(Pretty) + "\n" : body.ToJsonString());
    }

    public static async Task TextAsync(HttpContext context, string body, string type = "text/html; charset=utf-8", int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        await context.Response.WriteAsync(body);
    }
}
