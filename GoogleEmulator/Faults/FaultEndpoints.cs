using System.Text.Json;
using System.Text.Json.Nodes;
using GoogleEmulator.Http;
using GoogleEmulator.Shell;

namespace GoogleEmulator.Faults;

/// <summary>The emulator's own API for faults, <c>/lab/v1/faults</c>; docs/cloud.md describes it.</summary>
internal static class FaultEndpoints
{
    private const string Path = "/lab/v1/faults";

    public static void MapFaults(this IEndpointRouteBuilder routes, FaultTable faults, AccessToken token)
    {
        On("GET", Path, _ => Task.FromResult(new JsonObject { ["faults"] = new JsonArray([.. faults.All.Select(Describe)]) }));
        On("POST", Path, async http => Describe(faults.Add(FaultReader.Read(await JsonBody.ReadAsync(http.Request)))));
        On("DELETE", Path, _ =>
        {
            faults.Clear();
            return Task.FromResult(new JsonObject());
        });
        On("DELETE", Path + "/{id}", http => faults.Remove((string)http.Request.RouteValues["id"]!)
            ? Task.FromResult(new JsonObject())
            : throw GoogleException.NotFound($"There is no fault {http.Request.RouteValues["id"]}"));

        void On(string method, string pattern, Func<HttpContext, Task<JsonObject>> handler) => routes.MapMethods(pattern, [method], async http =>
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

    private static JsonObject Describe(Fault fault) => new()
    {
        ["id"] = fault.Id,
        ["method"] = fault.Method,
        ["path"] = fault.Path.ToString(),
        ["remaining"] = fault.Remaining,
    };
}
