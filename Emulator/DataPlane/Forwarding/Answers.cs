namespace Emulator.DataPlane.Forwarding;

/// <summary>Answers that a proxy gives by itself, in Envoy's form.</summary>
internal static class Answers
{
    public const string ServerName = "istio-envoy";

    public static Task WriteAsync(HttpContext context, int status, string body, (string Name, string Value)? header = null)
    {
        var response = context.Response;
        response.Clear();
        response.StatusCode = status;
        response.Headers.Server = ServerName;
        if (header is { } own)
        {
            response.Headers[own.Name] = own.Value;
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
        return response.WriteAsync(body);
    }
}
