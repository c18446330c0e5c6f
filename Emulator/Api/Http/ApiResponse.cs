using System.Buffers;
using System.IO.Compression;
using Emulator.Storage;

namespace Emulator.Api.Http;

/// <summary>Writes whole answers.</summary>
internal static class ApiResponse
{
    /// <summary>Answers shorter than this are not worth packing (k8s.io/apiserver, defaultGzipThresholdBytes).</summary>
    private const int GzipThreshold = 128 * 1024;

    /// <summary>Sends a body as it is.</summary>
    public static Task WriteAsync(HttpContext http, int status, string contentType, ReadOnlyMemory<byte> body) => WriteAsync(http, status, contentType, body, isLine: false);

    /// <summary>Sends JSON as the real server's serializer does: one line with its end, or indented where the client is one for people to read.</summary>
    public static Task WriteJsonAsync(HttpContext http, ReadOnlyMemory<byte> body, int status = 200, string contentType = "application/json") =>
        IndentedJson.IsWanted(http.Request)
            ? WriteAsync(http, status, contentType, IndentedJson.From(body.Span))
            : WriteAsync(http, status, contentType, body, isLine: body.Span is not [.., (byte)'\n']);

    private static async Task WriteAsync(HttpContext http, int status, string contentType, ReadOnlyMemory<byte> body, bool isLine)
    {
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        if (body.Length > GzipThreshold && http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal))
        {
            body = Gzip(body.Span, isLine);
            isLine = false;
            response.Headers.ContentEncoding = "gzip";
            response.Headers.Vary = "Accept-Encoding";
        }

        response.ContentLength = body.Length + (isLine ? 1 : 0);
        if (HttpMethods.IsHead(http.Request.Method))
        {
            return;
        }

        await response.StartAsync(http.RequestAborted);
        response.BodyWriter.Write(body.Span);
        if (isLine)
        {
            response.BodyWriter.Write("\n"u8);
        }

        await response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    public static Task WriteTextAsync(HttpContext http, int status, string text) =>
        WriteAsync(http, status, "text/plain; charset=utf-8", System.Text.Encoding.UTF8.GetBytes(text));

    public static Task WriteRefusalAsync(HttpContext http, ApiException refusal)
    {
        if (refusal.RetryAfterSeconds is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return WriteJsonAsync(http, StatusBody.Bytes(StatusBody.Failure(refusal)), refusal.Code);
    }

    /// <summary>Adds Warning headers in the form kubectl prints: code 299, no agent.</summary>
    public static void AddWarnings(HttpContext http, IReadOnlyList<string> warnings)
    {
        if (warnings.Count == 0)
        {
            return;
        }

        foreach (var warning in warnings.Distinct())
        {
            var text = warning.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).ReplaceLineEndings(" ");
            http.Response.Headers.Append("Warning", $"299 - \"{text}\"");
        }
    }

    private static byte[] Gzip(ReadOnlySpan<byte> body, bool isLine)
    {
        using var packed = new MemoryStream(body.Length / 4);
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(body);
            gzip.Write(isLine ? "\n"u8 : default);
        }

        return packed.ToArray();
    }
}
