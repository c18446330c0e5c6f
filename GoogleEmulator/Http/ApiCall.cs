using System.Text.Json.Nodes;
using GoogleEmulator.Faults;
using GoogleEmulator.Projects;

namespace GoogleEmulator.Http;

/// <summary>One request to one of Google's APIs.</summary>
internal sealed class ApiCall(HttpContext http, GoogleApi api, Project project, JsonObject body, Fault? fault)
{
    public Project Project => project;

    public JsonObject Body => body;

    /// <summary>What the operation that this request begins is to suffer; null for nothing.</summary>
    public Fault? Fault => fault;

    /// <summary>The base of this API's addresses as the caller knows them, with a slash at its end.</summary>
    public string BaseUrl => UrlOf(api);

    public CancellationToken Cancellation => http.RequestAborted;

    /// <summary>A part of the path.</summary>
    public string this[string part] => (string)http.Request.RouteValues[part]!;

    public string? Query(string name) => http.Request.Query[name] is [{ Length: > 0 } value, ..] ? value : null;

    public string UrlOf(GoogleApi other) => $"{http.Request.Scheme}://{http.Request.Host}/{other.Prefix}/";

    /// <summary>The scope of a resource of Compute Engine: <c>global</c>, <c>regions/R</c> or <c>zones/Z</c>.</summary>
    public string Scope => http.Request.RouteValues["place"] is string place
        ? $"{http.Request.Path.Value!.Split('/')[5]}/{place}"
        : "global";
}
