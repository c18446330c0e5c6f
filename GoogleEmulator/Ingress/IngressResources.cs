using System.Text.Json.Nodes;
using GoogleEmulator.Compute;
using GoogleEmulator.Container;
using GoogleEmulator.Fleets;
using GoogleEmulator.Projects;
using Provisioner.Kubernetes;

namespace GoogleEmulator.Ingress;

/// <summary>What the controller of MultiClusterIngress has in Compute Engine, as the status of its objects names it.</summary>
internal sealed class IngressResources(ClusterTable clusters)
{
    /// <summary>The cluster that holds the configuration of a project's fleet; null where there is none.</summary>
    public Cluster? ConfigCluster(Project project)
    {
        var path = project.Fleet.FindFeature(Fleet.Ingress)?.Spec[Fleet.Ingress]?["configMembership"]?.ToString();
        return project.Fleet.Find(path) is { } membership
            ? clusters.Find(membership.Cluster.Project, membership.Cluster.Location, membership.Cluster.Name)
            : null;
    }

    public async Task<IReadOnlyList<ComputeResource>> ListAsync(Project project, CancellationToken cancellation) =>
        [.. (await ObjectsAsync(project, KubeResource.MultiClusterIngresses, cancellation)).SelectMany(item => Resources(project, item))];

    /// <summary>The kinds and names of a fleet's objects.</summary>
    public async Task<string[]> NamesAsync(Project project, CancellationToken cancellation)
    {
        var names = new List<string>();
        foreach (var kind in (KubeResource[])[KubeResource.MultiClusterIngresses, KubeResource.MultiClusterServices])
        {
            names.AddRange((await ObjectsAsync(project, kind, cancellation)).Select(item => $"{kind.Kind} {item.Namespace()}/{item.Name()}"));
        }

        return [.. names];
    }

    private async Task<JsonObject[]> ObjectsAsync(Project project, KubeResource kind, CancellationToken cancellation)
    {
        if (ConfigCluster(project)?.Process is not { IsReady: true } process)
        {
            return [];
        }

        try
        {
            return [.. (await process.Api.ListAsync(kind, null, "", cancellation))["items"].Objects()];
        }
        catch (Exception e) when (e is ClusterUnreachableException or KubeException or ObjectDisposedException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // It ends just now.
            return [];
        }
    }

    private static IEnumerable<ComputeResource> Resources(Project project, JsonObject item)
    {
        if (item["status"]?["CloudResources"] is not JsonObject names)
        {
            yield break;
        }

        var services = Names(names, "BackendServices");
        var groups = Names(names, "NetworkEndpointGroups");
        var map = names["UrlMap"]?.ToString();
        foreach (var name in Names(names, "ForwardingRules"))
        {
            yield return Resource("forwardingRules", name, new JsonObject
            {
                ["IPAddress"] = item["status"]!["VIP"]?.ToString(),
                ["IPProtocol"] = "TCP",
                ["portRange"] = "80-80",
                ["loadBalancingScheme"] = "EXTERNAL",
                ["networkTier"] = "PREMIUM",
                ["target"] = Global("targetHttpProxies", Names(names, "TargetProxies").FirstOrDefault()),
            });
        }

        foreach (var name in Names(names, "TargetProxies"))
        {
            yield return Resource("targetHttpProxies", name, new JsonObject { ["urlMap"] = Global("urlMaps", map) });
        }

        if (map is not null)
        {
            yield return Resource("urlMaps", map, new JsonObject { ["defaultService"] = Global("backendServices", services.FirstOrDefault()) });
        }

        foreach (var name in services)
        {
            yield return Resource("backendServices", name, new JsonObject
            {
                ["protocol"] = "HTTP",
                ["loadBalancingScheme"] = "EXTERNAL",
                ["healthChecks"] = new JsonArray(Global("healthChecks", name)),
                ["backends"] = new JsonArray([.. groups.Select(group => new JsonObject
                {
                    ["group"] = $"projects/{project.Id}/{group}",
                    ["balancingMode"] = "RATE",
                    ["maxRatePerEndpoint"] = 1,
                })]),
            });
        }

        foreach (var name in Names(names, "HealthChecks"))
        {
            yield return Resource("healthChecks", name, new JsonObject { ["type"] = "HTTP", ["checkIntervalSec"] = 15, ["timeoutSec"] = 15 });
        }

        foreach (var name in Names(names, "Firewalls"))
        {
            yield return Resource("firewalls", name, new JsonObject
            {
                ["network"] = Global("networks", "default"),
                ["direction"] = "INGRESS",
                ["priority"] = 1000,
                // Where Google's health checks and load balancers come from.
                ["sourceRanges"] = new JsonArray("130.211.0.0/22", "35.191.0.0/16"),
                ["allowed"] = new JsonArray(new JsonObject { ["IPProtocol"] = "tcp", ["ports"] = new JsonArray("30000-32767") }),
                ["disabled"] = false,
            });
        }

        // zones/Z/networkEndpointGroups/N
        foreach (var group in groups.Select(group => group.Split('/')).Where(parts => parts.Length == 4))
        {
            yield return new ComputeResource(project.Id, $"{group[0]}/{group[1]}", group[2], group[3], new JsonObject
            {
                ["networkEndpointType"] = "GCE_VM_IP_PORT",
                ["network"] = Global("networks", "default"),
            }, Created(item), Owner(item));
        }

        ComputeResource Resource(string collection, string name, JsonObject body) => new(project.Id, "global", collection, name, body, Created(item), Owner(item));

        string? Global(string collection, string? name) => name is null ? null : $"projects/{project.Id}/global/{collection}/{name}";
    }

    private static string[] Names(JsonObject resources, string kind) => [.. (resources[kind] as JsonArray ?? []).Select(name => name!.ToString())];

    private static DateTimeOffset Created(JsonObject item) =>
        DateTimeOffset.TryParse(item["metadata"]?["creationTimestamp"]?.ToString(), System.Globalization.CultureInfo.InvariantCulture, out var time) ? time : default;

    private static string Owner(JsonObject item) => $"MultiClusterIngress {item.Namespace()}/{item.Name()}";
}
