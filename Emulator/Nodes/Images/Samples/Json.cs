using System.Text;
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
        await WriteAsync(context, pretty ? body.ToJsonString(Pretty) + "\n" : body.ToJsonString());
    }

    public static async Task TextAsync(HttpContext context, string body, string type = "text/html; charset=utf-8", int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        await WriteAsync(context, body);
    }

    /// <summary>Says how long the answer is, as the servers do that these stand for.</summary>
    private static Task WriteAsync(HttpContext context, string body)
    {
        context.Response.ContentLength = Encoding.UTF8.GetByteCount(body);
        return context.Response.WriteAsync(body);
    }
}
