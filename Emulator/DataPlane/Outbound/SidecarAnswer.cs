using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Emulator.DataPlane.Forwarding;

namespace Emulator.DataPlane.Outbound;

/// <summary>What a sidecar answers to the programs in its pod by itself.</summary>
internal static class SidecarAnswer
{
    /// <summary>What programs in the pod see of their own sidecar; a gateway, and a sidecar towards others, is <see cref="Answers.ServerName"/>.</summary>
    public const string Server = "envoy";

    public static HttpResponseMessage Create(HttpRequestMessage request, HttpStatusCode status, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var response = new HttpResponseMessage(status) { RequestMessage = request, Content = new ByteArrayContent(bytes) };
        response.Content.Headers.ContentLength = bytes.Length;
        if (bytes.Length > 0)
        {
            response.Content.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        }

        response.Headers.TryAddWithoutValidation("server", Server);
        return response;
    }
}
