using System.Text.Json.Nodes;
using GoogleEmulator.Http;
using GoogleEmulator.Operations;

namespace GoogleEmulator.Container;

/// <summary>Operations as Kubernetes Engine shows them.</summary>
internal static class ContainerOperations
{
    public static JsonObject Describe(ApiCall call, Operation operation)
    {
        var body = new JsonObject
        {
            ["name"] = operation.Id,
            ["operationType"] = operation.Type,
            ["zone"] = operation.Location,
            ["location"] = operation.Location,
            ["status"] = operation.IsDone ? "DONE" : "RUNNING",
            ["startTime"] = Timestamps.Nanoseconds(operation.StartTime),
            ["selfLink"] = $"{call.BaseUrl}v1/projects/{call.Project.Number}/locations/{operation.Location}/operations/{operation.Id}",
            ["targetLink"] = $"{call.BaseUrl}v1/{operation.Target}",
        };
        if (operation.EndTime is { } end)
        {
            body["endTime"] = Timestamps.Nanoseconds(end);
        }

        if (operation.Error is { } error)
        {
            body["error"] = new JsonObject { ["code"] = error.Code, ["message"] = error.Message };
            body["statusMessage"] = error.Message;
        }

        return body;
    }
}
