using System.Text.Json;
using System.Text.Json.Nodes;
using GoogleEmulator.Http;
using GoogleEmulator.Operations;

namespace GoogleEmulator.Services;

/// <summary>Service Usage v1.</summary>
internal static class ServiceEndpoints
{
    public static void MapServices(this ApiRoutes routes)
    {
        routes.On("GET", "v1/projects/{project}/services/{service}", "serviceusage.services.get", call =>
        {
            EnabledServices.CheckKnown(call["service"]);
            return call.Project.Services.Describe(call["service"]);
        });
        routes.On("GET", "v1/projects/{project}/services", "serviceusage.services.list", List);
        routes.On("POST", "v1/projects/{project}/services/{service}:enable", "serviceusage.services.enable", call => Enable(call, [call["service"]]));
        routes.On("POST", "v1/projects/{project}/services:batchEnable", "serviceusage.services.enable", call =>
            Enable(call, [.. (call.Body["serviceIds"] as JsonArray ?? []).Select(service => service!.ToString())]));
        routes.On("POST", "v1/projects/{project}/services/{service}:disable", "serviceusage.services.disable", Disable);
        // acat.p2-PROJECTNUMBER-ID, with no further hyphen: the name of an operation says whose it is, and its path does not.
        routes.On("GET", "v1/operations/acat.p2-{project}-{operation}", null, call =>
            Describe(call, call.Project.Operations.Find(GoogleApi.ServiceUsage, $"operation-{call["operation"].Replace('_', '-')}")));
    }

    private static JsonObject List(ApiCall call)
    {
        var services = ServiceCatalog.Titles.Keys.Where(service => call.Query("filter") switch
        {
            "state:ENABLED" => call.Project.Services.IsEnabled(service),
            "state:DISABLED" => !call.Project.Services.IsEnabled(service),
            null => true,
            var other => throw GoogleException.Invalid($"Filter '{other}' is not supported; expected state:ENABLED or state:DISABLED"),
        });
        return new JsonObject { ["services"] = new JsonArray([.. services.Select(call.Project.Services.Describe)]) };
    }

    private static JsonObject Enable(ApiCall call, string[] services)
    {
        EnabledServices.CheckKnown(services);
        var state = call.Project.Services;
        if (call.Fault is null && services.All(state.IsEnabled))
        {
            return Done("noop.DONE_OPERATION", Response(call, services));
        }

        return Describe(call, call.Project.Operations.Begin(
            call, GoogleApi.ServiceUsage, "global", "enable", $"projects/{call.Project.Id}/services/{string.Join(',', services)}", _ =>
            {
                state.Enable(services);
                return Task.FromResult<JsonObject?>(Response(call, services));
            }));
    }

    private static JsonObject Disable(ApiCall call)
    {
        var service = call["service"];
        EnabledServices.CheckKnown(service);
        call.Project.Services.Disable(service, call.Body["disableDependentServices"]?.GetValueKind() == JsonValueKind.True);
        return Done("noop.DONE_OPERATION", new JsonObject
        {
            ["@type"] = "type.googleapis.com/google.api.serviceusage.v1.DisableServiceResponse",
            ["service"] = call.Project.Services.Describe(service),
        });
    }

    private static JsonObject Response(ApiCall call, string[] services) => new()
    {
        ["@type"] = $"type.googleapis.com/google.api.serviceusage.v1.{(services.Length == 1 ? "EnableServiceResponse" : "BatchEnableServicesResponse")}",
        [services.Length == 1 ? "service" : "services"] = services.Length == 1
            ? call.Project.Services.Describe(services[0])
            : new JsonArray([.. services.Select(call.Project.Services.Describe)]),
    };

    private static JsonObject Describe(ApiCall call, Operation operation)
    {
        var name = $"acat.p2-{call.Project.Number}-{operation.Id["operation-".Length..].Replace('-', '_')}";
        if (operation.Error is { } error)
        {
            return new JsonObject { ["name"] = $"operations/{name}", ["done"] = true, ["error"] = new JsonObject { ["code"] = error.Code, ["message"] = error.Message } };
        }

        return operation.IsDone ? Done(name, (JsonObject)operation.Response!.DeepClone()) : new JsonObject { ["name"] = $"operations/{name}" };
    }

    private static JsonObject Done(string name, JsonObject response) => new() { ["name"] = $"operations/{name}", ["done"] = true, ["response"] = response };
}
