using System.Text.Json.Nodes;
using GoogleEmulator.Http;
using GoogleEmulator.Ingress;

namespace GoogleEmulator.Compute;

/// <summary>Compute Engine v1: the endpoints of network endpoint groups, and how a backend service sees them.</summary>
internal sealed class HealthEndpoints(EndpointGroups groups, ComputeInventory inventory)
{
    public void Map(ApiRoutes routes)
    {
        const string Project = "v1/projects/{project}";
        routes.On("POST", $"{Project}/zones/{{place}}/networkEndpointGroups/{{name}}/listNetworkEndpoints", "compute.networkEndpointGroups.get", ListAsync);
        routes.On("POST", $"{Project}/global/backendServices/{{name}}/getHealth", "compute.backendServices.get", HealthAsync);
    }

    private async Task<JsonObject> ListAsync(ApiCall call)
    {
        var group = await FindAsync(call, $"projects/{call.Project.Id}/{call.Scope}/networkEndpointGroups/{call["name"]}");
        return new JsonObject
        {
            ["kind"] = "compute#networkEndpointGroupsListNetworkEndpoints",
            ["items"] = new JsonArray([.. (await groups.EndpointsAsync(call.Project, group.Path, call.Cancellation)).Select(endpoint => new JsonObject
            {
                ["networkEndpoint"] = new JsonObject { ["instance"] = endpoint.Instance, ["ipAddress"] = endpoint.Address, ["port"] = endpoint.Port },
            })]),
        };
    }

    private async Task<JsonObject> HealthAsync(ApiCall call)
    {
        var service = await FindAsync(call, $"projects/{call.Project.Id}/global/backendServices/{call["name"]}");
        var group = ComputeBodies.Read(call)["group"]?.ToString() ?? "";
        if (!ComputeBodies.Links(service.Body["backends"]).Contains(group))
        {
            throw GoogleException.Invalid($"Invalid value for field 'resource.group': '{group}'. It is no backend of {service.Path}.");
        }

        // projects/P/zones/Z/networkEndpointGroups/N
        var zone = group.Split('/')[3];
        var endpoints = await groups.EndpointsAsync(call.Project, group, call.Cancellation);
        var answer = new JsonObject { ["kind"] = "compute#backendServiceGroupHealth" };
        if (endpoints.Count > 0)
        {
            answer["healthStatus"] = new JsonArray([.. endpoints.Select(endpoint => new JsonObject
            {
                ["healthState"] = endpoint.IsHealthy ? "HEALTHY" : "UNHEALTHY",
                ["instance"] = $"{ComputeBodies.Root(call)}projects/{call.Project.Id}/zones/{zone}/instances/{endpoint.Instance}",
                ["ipAddress"] = endpoint.Address,
                ["port"] = endpoint.Port,
            })]);
        }

        return answer;
    }

    private async Task<ComputeResource> FindAsync(ApiCall call, string path) =>
        (await inventory.ListAsync(call.Project, call.Cancellation)).FirstOrDefault(resource => resource.Path == path)
            ?? throw GoogleException.NotFound($"The resource '{path}' was not found");
}
