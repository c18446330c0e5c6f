using System.Text.Json.Nodes;

namespace GoogleEmulator.Http;

/// <summary>The methods of one API.</summary>
internal sealed class ApiRoutes(IEndpointRouteBuilder routes, ApiDispatcher dispatcher, GoogleApi api)
{
    public delegate Task<JsonObject> Handler(ApiCall call);

    /// <param name="pattern">The path below the API's prefix; <c>{project}</c> names the project.</param>
    /// <param name="permission">The IAM permission that the caller needs on the project; null for none.</param>
    public void On(string method, string pattern, string? permission, Handler handler) =>
        routes.MapMethods($"/{api.Prefix}/{pattern}", [method], http => dispatcher.AnswerAsync(http, api, permission, handler));

    public void On(string method, string pattern, string? permission, Func<ApiCall, JsonObject> handler) =>
        On(method, pattern, permission, call => Task.FromResult(handler(call)));
}
