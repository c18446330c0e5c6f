using System.Text.Json.Nodes;
using GoogleEmulator.Http;

namespace GoogleEmulator.Faults;

/// <summary>Asks for faults, lists them and takes them back.</summary>
internal static class FaultEndpoints
{
    public static void MapFaults(this LabRoutes routes, FaultTable faults)
    {
        routes.On("GET", "faults", _ => Task.FromResult(new JsonObject { ["faults"] = new JsonArray([.. faults.All.Select(Describe)]) }));
        routes.On("POST", "faults", async http => Describe(faults.Add(FaultReader.Read(await JsonBody.ReadAsync(http.Request)))));
        routes.On("DELETE", "faults", _ =>
        {
            faults.Clear();
            return Task.FromResult(new JsonObject());
        });
        routes.On("DELETE", "faults/{id}", http => faults.Remove((string)http.Request.RouteValues["id"]!)
            ? Task.FromResult(new JsonObject())
            : throw GoogleException.NotFound($"There is no fault {http.Request.RouteValues["id"]}"));
    }

    private static JsonObject Describe(Fault fault) => new()
    {
        ["id"] = fault.Id,
        ["method"] = fault.Method,
        ["path"] = fault.Path.ToString(),
        ["remaining"] = fault.Remaining,
    };
}
