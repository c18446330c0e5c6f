using System.Text.Json.Nodes;
using GoogleEmulator.Fleets;
using GoogleEmulator.Http;

namespace GoogleEmulator.Container;

/// <summary>Kubernetes Engine v1: clusters, their node pool, and operations, below <c>locations</c> and the older <c>zones</c>.</summary>
internal sealed class ClusterEndpoints(EmulatorOptions options, ClusterTable clusters, ClusterLifecycle lifecycle, Registration registration)
{
    public void Map(ApiRoutes routes)
    {
        foreach (var places in (string[])["locations", "zones"])
        {
            var parent = $"v1/projects/{{project}}/{places}/{{location}}";
            var cluster = $"{parent}/clusters/{{cluster}}";
            routes.On("GET", $"{parent}/clusters", "container.clusters.list", List);
            routes.On("POST", $"{parent}/clusters", "container.clusters.create", Create);
            routes.On("GET", cluster, "container.clusters.get", call => Describe(call, Get(call)));
            routes.On("DELETE", cluster, "container.clusters.delete", Delete);
            routes.On("PUT", cluster, "container.clusters.update", Update);
            routes.On("POST", $"{cluster}:setResourceLabels", "container.clusters.update", SetLabels);
            routes.On("POST", $"{cluster}/resourceLabels", "container.clusters.update", SetLabels);
            routes.On("GET", $"{cluster}/nodePools", "container.clusters.get", call => new JsonObject { ["nodePools"] = new JsonArray(Pool(call)) });
            routes.On("GET", $"{cluster}/nodePools/{{pool}}", "container.clusters.get", call => call["pool"] == NodePools.Name
                ? Pool(call)
                : throw GoogleException.NotFound($"Not found: node pool \"{call["pool"]}\" not found."));
            routes.On("GET", $"{parent}/operations", "container.operations.list", call => new JsonObject
            {
                ["operations"] = new JsonArray(
                    [.. call.Project.Operations.All(GoogleApi.Container, call["location"]).Select(operation => ContainerOperations.Describe(call, operation))]),
            });
            routes.On("GET", $"{parent}/operations/{{operation}}", "container.operations.get", call =>
                ContainerOperations.Describe(call, call.Project.Operations.Find(GoogleApi.Container, call["operation"])));
            routes.On("GET", $"{parent}/serverConfig", null, _ => ServerConfig());
        }
    }

    private JsonObject List(ApiCall call)
    {
        var found = clusters.All.Where(cluster => cluster.Plan.Project == call.Project.Id && (call["location"] == "-" || cluster.Plan.Location == call["location"]));
        var bodies = new JsonArray([.. found.OrderBy(cluster => cluster.Plan.Name, StringComparer.Ordinal).Select(cluster => Describe(call, cluster))]);
        return bodies.Count == 0 ? [] : new JsonObject { ["clusters"] = bodies };
    }

    private JsonObject Create(ApiCall call)
    {
        var request = call.Body["cluster"] as JsonObject ?? throw GoogleException.Invalid("Missing required field: cluster");
        var baseUrl = call.BaseUrl;
        var cluster = clusters.Add(others => ClusterPlanner.Plan(call.Project, call["location"], request, others, options.CpuQuota));
        return Begin(
            call,
            "CREATE_CLUSTER",
            cluster,
            cancellation => lifecycle.CreateAsync(cluster, baseUrl, cancellation),
            why => cluster.Set(ClusterStatus.Error, why));
    }

    private JsonObject Delete(ApiCall call)
    {
        var cluster = Get(call);
        if (call.Project.Operations.RunningOn(GoogleApi.Container, cluster.Path) is { } running)
        {
            throw GoogleException.FailedPrecondition($"Cluster is running incompatible operation {running.Id}.");
        }

        cluster.Set(ClusterStatus.Stopping);
        return Begin(
            call,
            "DELETE_CLUSTER",
            cluster,
            cancellation => lifecycle.DeleteAsync(cluster, cancellation),
            why => cluster.Set(ClusterStatus.Error, why));
    }

    private JsonObject Update(ApiCall call)
    {
        var cluster = Get(call);
        cluster.CheckCanChange(call.Project.Operations.RunningOn(GoogleApi.Container, cluster.Path)?.Id);
        Action work = call.Body["update"] switch
        {
            JsonObject update when update["desiredFleet"] is JsonObject fleet => Join(cluster, fleet["project"]?.ToString() ?? call.Project.Id, call.BaseUrl),
            JsonObject update when update["desiredWorkloadIdentityConfig"]?["workloadPool"]?.ToString() is { } pool => () => cluster.WorkloadPool = pool,
            var other => throw GoogleException.Unimplemented($"this update of a cluster: {other?.ToJsonString()}"),
        };
        return Begin(call, "UPDATE_CLUSTER", cluster, _ =>
        {
            work();
            clusters.Touch();
            return Task.CompletedTask;
        });
    }

    private Action Join(Cluster cluster, string fleet, string baseUrl) => () => registration.Add(cluster, fleet, baseUrl);

    private JsonObject SetLabels(ApiCall call)
    {
        var cluster = Get(call);
        cluster.CheckCanChange(call.Project.Operations.RunningOn(GoogleApi.Container, cluster.Path)?.Id);
        if (call.Body["labelFingerprint"]?.ToString() is { Length: > 0 } fingerprint && fingerprint != ClusterBodies.LabelFingerprint(cluster))
        {
            throw new GoogleException(409, "ABORTED", $"Labels could not be set due to fingerprint mismatch for cluster {cluster.Plan.Name}.", "aborted");
        }

        // The labels are the whole set: those that are not named go.
        var labels = call.Body["resourceLabels"] as JsonObject ?? [];
        return Begin(call, "UPDATE_CLUSTER", cluster, _ =>
        {
            cluster.Labels = labels;
            return Task.CompletedTask;
        });
    }

    private static JsonObject Begin(ApiCall call, string type, Cluster cluster, Func<CancellationToken, Task> work, Action<string>? failed = null)
    {
        var operation = call.Project.Operations.Begin(
            call,
            GoogleApi.Container,
            cluster.Plan.Location,
            type,
            cluster.Path,
            async cancellation =>
            {
                await work(cancellation);
                return null;
            },
            failed);
        return ContainerOperations.Describe(call, operation);
    }

    private Cluster Get(ApiCall call) => clusters.Get(call.Project, call["location"], call["cluster"]);

    private JsonObject Pool(ApiCall call) => NodePools.Describe(Get(call), call.BaseUrl, ComputeUrl(call));

    private static JsonObject Describe(ApiCall call, Cluster cluster) => ClusterBodies.Describe(cluster, call.BaseUrl, ComputeUrl(call));

    private static string ComputeUrl(ApiCall call) => call.UrlOf(GoogleApi.Compute) + "v1/";

    private static JsonObject ServerConfig() => new()
    {
        ["defaultClusterVersion"] = ClusterBodies.Version,
        ["validMasterVersions"] = new JsonArray(ClusterBodies.Version),
        ["validNodeVersions"] = new JsonArray(ClusterBodies.Version),
        ["defaultImageType"] = "COS_CONTAINERD",
        ["validImageTypes"] = new JsonArray("COS_CONTAINERD"),
        ["channels"] = new JsonArray(new JsonObject
        {
            ["channel"] = "REGULAR",
            ["defaultVersion"] = ClusterBodies.Version,
            ["validVersions"] = new JsonArray(ClusterBodies.Version),
        }),
    };
}
