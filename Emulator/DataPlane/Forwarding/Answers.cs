namespace Emulator.DataPlane.Forwarding;

/// <summary>Answers that a proxy gives by itself, in Envoy's form.</summary>
internal static class Answers
{
    public const string ServerName = "istio-envoy";

    public static Task WriteAsync(HttpContext context, int status, string body)
    {
        var response = context.Response;
        response.Clear();
        response.StatusCode = status;
        response.Headers.Server = ServerName;
        if (body.Length == 0)
        {
            response.ContentLength = 0;
            return Task.CompletedTask;
        }

        response.ContentType = "text/plain";
        return response.WriteAsync(body);
    }
}
