using System.Text;
using Forwarding;

namespace Emulator.DataPlane.Forwarding;

/// <summary>Answers that a proxy gives by itself, in Envoy's form.</summary>
internal static class Answers
{
    public const string ServerName = "istio-envoy";

    /// <summary>Refuses what Envoy's codec does not take in: HTTP/1.0, and requests whose length two servers could read differently; those end their connection.</summary>
    /// <returns>Envoy's response code details and flag; null: the request may go on.</returns>
    public static async ValueTask<(string Details, string? Flag)?> RefuseAsync(HttpContext context)
    {
        if (HttpProtocol.IsHttp10(context.Request.Protocol))
        {
            await WriteAsync(context, StatusCodes.Status426UpgradeRequired, "");
            return ("low_version", null);
        }

        if (!RequestFraming.IsAmbiguous(context.Request))
        {
            return null;
        }

        await WriteAsync(context, StatusCodes.Status400BadRequest, "");
        context.Response.Headers.Connection = "close";
        return ("http1.content_length_and_chunked_not_allowed", "DPE");
    }

    public static Task WriteAsync(HttpContext context, int status, string body, params IEnumerable<(string Name, string Value)> headers)
    {
        var response = context.Response;
        response.Clear();
        response.StatusCode = status;
        response.Headers.Server = ServerName;
        foreach (var (name, value) in headers)
        {
            response.Headers[name] = value;
        }

        if (status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = $"Bearer realm=\"{context.Request.Scheme}://{context.Request.Host}{context.Request.Path}\", error=\"invalid_token\"";
        }

        if (body.Length == 0)
        {
            response.ContentLength = 0;
            return Task.CompletedTask;
        }

        response.ContentType = "text/plain";
        response.ContentLength = Encoding.UTF8.GetByteCount(body);
        return response.WriteAsync(body);
    }
}
