using System.IO.Compression;
using Emulator.Storage;

namespace Emulator.Api.Http;

/// <summary>Writes whole answers.</summary>
internal static class ApiResponse
{
    /// <summary>Answers shorter than this are not worth packing (k8s.io/apiserver, defaultGzipThresholdBytes).</summary>
    private const int GzipThreshold = 128 * 1024;

    public static Task WriteAsync(HttpContext http, int status, string contentType, ReadOnlyMemory<byte> body)
    {
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        if (body.Length > GzipThreshold && http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal))
        {
            body = Gzip(body);
            response.Headers.ContentEncoding = "gzip";
            response.Headers.Vary = "Accept-Encoding";
        }

        response.ContentLength = body.Length;
        if (HttpMethods.IsHead(http.Request.Method))
        {
            return Task.CompletedTask;
        }

        return response.BodyWriter.WriteAsync(body, http.RequestAborted).AsTask();
    }

    public static Task WriteTextAsync(HttpContext http, int status, string text) =>
        WriteAsync(http, status, "text/plain; charset=utf-8", System.Text.Encoding.UTF8.GetBytes(text));

    public static Task WriteJsonAsync(HttpContext http, ReadOnlyMemory<byte> body, int status = 200) => WriteAsync(http, status, "application/json", body);

    public static Task WriteRefusalAsync(HttpContext http, ApiException refusal)
    {
        if (refusal.RetryAfterSeconds is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return WriteAsync(http, refusal.Code, "application/json", StatusBody.Bytes(StatusBody.Failure(refusal)));
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

    private static byte[] Gzip(ReadOnlyMemory<byte> body)
    {
        using var packed = new MemoryStream(body.Length / 4);
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(body.Span);
        }

        return packed.ToArray();
    }
}
