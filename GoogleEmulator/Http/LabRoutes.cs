using System.Text.Json;
using System.Text.Json.Nodes;
using GoogleEmulator.Shell;

namespace GoogleEmulator.Http;

/// <summary>The emulator's own API, below <c>/lab/v1/</c>; docs/google-emulator.md describes it.</summary>
internal sealed class LabRoutes(IEndpointRouteBuilder routes, AccessToken token)
{
    public void On(string method, string pattern, Func<HttpContext, Task<JsonObject>> handler) => routes.MapMethods($"/lab/v1/{pattern}", [method], async http =>
    {
        try
        {
            var answer = token.IsIn(http.Request) ? await handler(http) : throw GoogleException.Unauthenticated();
            await JsonBody.WriteAsync(http.Response, 200, answer);
        }
        catch (GoogleException refusal)
        {
            await JsonBody.WriteAsync(http.Response, refusal.Code, refusal.ToBody());
        }
        catch (JsonException error)
        {
            var refusal = GoogleException.Invalid($"The body is not JSON: {error.Message}");
            await JsonBody.WriteAsync(http.Response, refusal.Code, refusal.ToBody());
        }
    });
}
