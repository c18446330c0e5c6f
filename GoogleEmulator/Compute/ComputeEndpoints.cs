using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GoogleEmulator.Container;
using GoogleEmulator.Http;
using GoogleEmulator.Ingress;

namespace GoogleEmulator.Compute;

/// <summary>Compute Engine v1: resources in their global, regional, zonal and aggregated collections, and operations.</summary>
internal sealed partial class ComputeEndpoints(ComputeInventory inventory, EndpointGroups groups, ClusterTable clusters, TimeProvider time)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(100);

    public void Map(ApiRoutes routes)
    {
        const string Project = "v1/projects/{project}";
        foreach (var scope in (string[])["global", "regions/{place}", "zones/{place}"])
        {
            var parent = $"{Project}/{scope}";
            routes.On("GET", $"{parent}/operations/{{operation}}", null, call => Operation(call));
            routes.On("POST", $"{parent}/operations/{{operation}}/wait", null, WaitAsync);
            routes.On("GET", $"{parent}/{{collection}}", null, ListAsync);
            routes.On("POST", $"{parent}/{{collection}}", null, Insert);
            routes.On("GET", $"{parent}/{{collection}}/{{name}}", null, async call => await DescribeAsync(call, await GetAsync(call, "get")));
            routes.On("PATCH", $"{parent}/{{collection}}/{{name}}", null, PatchAsync);
            routes.On("DELETE", $"{parent}/{{collection}}/{{name}}", null, DeleteAsync);
        }

        routes.On("GET", $"{Project}/aggregated/{{collection}}", null, AggregateAsync);
    }

    private static JsonObject Operation(ApiCall call) => ComputeBodies.Describe(call, call.Project.Operations.Find(GoogleApi.Compute, call["operation"]));

    private async Task<JsonObject> WaitAsync(ApiCall call)
    {
        var operation = call.Project.Operations.Find(GoogleApi.Compute, call["operation"]);
        await Task.WhenAny(operation.Completion, Task.Delay(LongestWait, time, call.Cancellation));
        return ComputeBodies.Describe(call, operation);
    }

    private async Task<JsonObject> ListAsync(ApiCall call)
    {
        var (scope, collection) = (call.Scope, call["collection"]);
        var kind = ComputeKinds.KindOf(collection);
        call.Project.CheckPermission(GoogleApi.Compute, ComputeKinds.Permission(collection, "list"));
        var found = await FoundAsync(call, resource => resource.Scope == scope && resource.Collection == collection);
        return new JsonObject
        {
            ["kind"] = $"{kind}List",
            ["id"] = $"projects/{call.Project.Id}/{scope}/{collection}",
            ["items"] = new JsonArray([.. found.Select(each => each.Body)]),
            ["selfLink"] = $"{ComputeBodies.Root(call)}projects/{call.Project.Id}/{scope}/{collection}",
        };
    }

    private async Task<JsonObject> AggregateAsync(ApiCall call)
    {
        var collection = call["collection"];
        var kind = ComputeKinds.KindOf(collection);
        call.Project.CheckPermission(GoogleApi.Compute, ComputeKinds.Permission(collection, "list"));
        var scopes = (await FoundAsync(call, resource => resource.Collection == collection)).GroupBy(each => each.Scope, each => each.Body);
        return new JsonObject
        {
            ["kind"] = $"{kind}AggregatedList",
            ["id"] = $"projects/{call.Project.Id}/aggregated/{collection}",
            ["items"] = new JsonObject(scopes.Select(scope => KeyValuePair.Create<string, JsonNode?>(
                scope.Key, new JsonObject { [collection] = new JsonArray([.. scope]) }))),
            ["selfLink"] = $"{ComputeBodies.Root(call)}projects/{call.Project.Id}/aggregated/{collection}",
        };
    }

    /// <summary>What is there now, as it is shown, of what a list is about and its filter lets through.</summary>
    private async Task<IReadOnlyList<(string Scope, JsonObject Body)>> FoundAsync(ApiCall call, Func<ComputeResource, bool> isListed)
    {
        var filter = ListFilter.Parse(call.Query("filter"));
        var found = (await inventory.ListAsync(call.Project, call.Cancellation)).Where(isListed);
        return [.. (await Task.WhenAll(found.Select(async resource => (resource.Scope, Body: await DescribeAsync(call, resource))))).Where(each => filter.Holds(each.Body))];
    }

    private async Task<JsonObject> DescribeAsync(ApiCall call, ComputeResource resource)
    {
        var body = ComputeBodies.Describe(call, resource);
        if (resource.Collection == "networkEndpointGroups")
        {
            body["size"] = (await groups.EndpointsAsync(call.Project, resource.Path, call.Cancellation)).Count;
        }

        return body;
    }

    private JsonObject Insert(ApiCall call)
    {
        var (scope, collection) = (call.Scope, call["collection"]);
        _ = ComputeKinds.KindOf(collection);
        if (!ComputeKinds.CanBeCreated(collection))
        {
            throw GoogleException.Unimplemented($"making {collection} by hand");
        }

        call.Project.CheckPermission(GoogleApi.Compute, ComputeKinds.Permission(collection, "create"));
        var body = ComputeBodies.Read(call);
        var name = body["name"]?.ToString() ?? "";
        if (!Name().IsMatch(name))
        {
            throw GoogleException.Invalid($"Invalid value for field 'resource.name': '{name}'. Must be a match of regex '(?:[a-z](?:[-a-z0-9]{{0,61}}[a-z0-9])?)'");
        }

        var resource = new ComputeResource(call.Project.Id, scope, collection, name, Completed(call, collection, body), time.GetUtcNow());
        if (call.Project.Compute.Has(resource.Path))
        {
            throw GoogleException.AlreadyExists($"The resource '{resource.Path}' already exists");
        }

        return Begin(call, "insert", resource, () => call.Project.Compute.Add(resource));
    }

    private async Task<JsonObject> PatchAsync(ApiCall call)
    {
        if (call["collection"] is not "firewalls")
        {
            throw GoogleException.Unimplemented($"changing {call["collection"]}");
        }

        var resource = await OwnAsync(call, "update");
        var body = (JsonObject)resource.Body.DeepClone();
        foreach (var (field, value) in ComputeBodies.Read(call))
        {
            body[field] = value?.DeepClone();
        }

        FirewallRule.Check(body);
        return Begin(call, "patch", resource, () => call.Project.Compute.Set(resource with { Body = body }));
    }

    private async Task<JsonObject> DeleteAsync(ApiCall call)
    {
        var resource = await OwnAsync(call, "delete");
        var user = (await inventory.ListAsync(call.Project, call.Cancellation)).FirstOrDefault(other => ComputeBodies.Links(other.Body).Contains(resource.Path));
        if (user is not null)
        {
            throw new GoogleException(
                400,
                "INVALID_ARGUMENT",
                $"The {ComputeKinds.WordOf(resource.Collection)} resource '{resource.Path}' is already being used by '{user.Path}'",
                "resourceInUseByAnotherResource");
        }

        return Begin(call, "delete", resource, () => call.Project.Compute.Remove(resource.Path));
    }

    private async Task<ComputeResource> GetAsync(ApiCall call, string verb)
    {
        var collection = call["collection"];
        _ = ComputeKinds.KindOf(collection);
        call.Project.CheckPermission(GoogleApi.Compute, ComputeKinds.Permission(collection, verb));
        var path = $"projects/{call.Project.Id}/{call.Scope}/{collection}/{call["name"]}";
        return (await inventory.ListAsync(call.Project, call.Cancellation)).FirstOrDefault(resource => resource.Path == path)
            ?? throw GoogleException.NotFound($"The resource '{path}' was not found");
    }

    private async Task<ComputeResource> OwnAsync(ApiCall call, string verb)
    {
        var resource = await GetAsync(call, verb);
        return resource.Owner is null
            ? resource
            : throw GoogleException.Unimplemented($"changing '{resource.Path}' by hand: {resource.Owner} keeps it, and would make it again");
    }

    private JsonObject Begin(ApiCall call, string type, ComputeResource resource, Action work) => ComputeBodies.Describe(
        call, call.Project.Operations.Begin(call, GoogleApi.Compute, resource.Scope, type, resource.Path, _ =>
        {
            work();
            clusters.Touch();
            return Task.FromResult<JsonObject?>(null);
        }));

    private static JsonObject Completed(ApiCall call, string collection, JsonObject body)
    {
        var network = body["network"]?.ToString();
        if (network is not null && !call.Project.Compute.Has(network))
        {
            throw GoogleException.NotFound($"The resource '{network}' was not found");
        }

        switch (collection)
        {
            case "firewalls":
                body["network"] ??= $"projects/{call.Project.Id}/global/networks/default";
                body["direction"] ??= "INGRESS";
                body["priority"] ??= 1000;
                body["disabled"] ??= false;
                FirewallRule.Check(body);
                break;
            case "addresses":
                // Addresses for documentation (RFC 5737): none of the emulator's can be reached at them.
                body["address"] ??= new IPAddress([203, 0, 113, (byte)(1 + (call.Project.Compute.All.Count(resource => resource.Collection == "addresses") % 250))]).ToString();
                body["status"] = "RESERVED";
                body["addressType"] ??= "EXTERNAL";
                body["networkTier"] ??= "PREMIUM";
                break;
        }

        return body;
    }

    [GeneratedRegex("^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$")]
    private static partial Regex Name();
}
