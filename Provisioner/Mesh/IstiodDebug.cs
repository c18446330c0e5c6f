using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Provisioner.Clusters;
using Provisioner.Kubernetes;
using Provisioner.Stages;

namespace Provisioner.Mesh;

/// <summary>Asks a cluster's istiod, through the API server, what it knows of another cluster.</summary>
internal sealed class IstiodDebug(Lab lab, LabCluster cluster)
{
    private const int Port = 8080;

    /// <summary>Whether this istiod lists every ready pod of the peer's whereami; if not, what is missing.</summary>
    public async Task<CheckResult> ObserveAsync(LabCluster peer, CancellationToken cancellation)
    {
        if (await RemoteSecrets.FindAsync(cluster, peer, cancellation) is null)
        {
            return CheckResult.Fail($"{cluster.Name} has no remote secret for {peer.Name}");
        }

        return await ObserveEndpointsAsync(peer, cancellation);
    }

    /// <summary>Whether this istiod lists every ready pod of the peer's whereami, by whatever way it learnt of them.</summary>
    public async Task<CheckResult> ObserveEndpointsAsync(LabCluster peer, CancellationToken cancellation)
    {
        var pods = await new KubeSteps(lab, peer).PodsAsync(LabStages.WhereamiDeployment, lab.Plan.Namespace, cancellation);
        var addresses = pods.Where(pod => !pod.IsBeingDeleted() && pod.IsTrue("Ready")).Select(pod => pod["status"]!["podIP"]!.GetValue<string>()).ToArray();
        if (await IstiodAsync(cancellation) is not { } istiod)
        {
            return CheckResult.Fail($"istiod does not run in {cluster.Name}");
        }

        var endpoints = await TextAsync(istiod, "endpointz", cancellation);
        var listed = addresses.Count(address => endpoints.Contains($"\"{address}\"", StringComparison.Ordinal) || endpoints.Contains($"{address}:", StringComparison.Ordinal));
        return listed == addresses.Length && listed > 0
            ? CheckResult.Pass($"istiod of {cluster.Name} lists {listed} endpoints of {peer.Name}")
            : CheckResult.Fail($"istiod of {cluster.Name} lists {listed} of {addresses.Length} endpoints of {peer.Name}{await SyncStatusAsync(istiod, peer, cancellation)}");
    }

    // [{"id":"asia","secretName":"istio-system/istio-remote-secret-asia","syncStatus":"synced"}]
    private async Task<string> SyncStatusAsync(string istiod, LabCluster peer, CancellationToken cancellation)
    {
        try
        {
            var entry = (JsonNode.Parse(await TextAsync(istiod, "clusterz", cancellation)) as JsonArray)
                ?.OfType<JsonObject>().FirstOrDefault(known => known["id"]?.ToString() == peer.Name);
            return entry is null ? "; it has not taken up the remote secret" : $"; its view of {peer.Name}: {entry["syncStatus"]} {entry["error"]}".TrimEnd();
        }
        catch (JsonException)
        {
            return "";
        }
    }

    private async Task<string?> IstiodAsync(CancellationToken cancellation)
    {
        var pods = await cluster.Api.ListAsync(KubeResource.Pods, RemoteSecret.Namespace, "labelSelector=app%3Distiod", cancellation);
        return pods["items"].Objects().FirstOrDefault(pod => !pod.IsBeingDeleted() && pod.IsTrue("Ready"))?.Name();
    }

    // Istio's istiod shows these pages to its own loopback address only, and answers the API server's proxy with 401.
    private async Task<string> TextAsync(string pod, string page, CancellationToken cancellation)
    {
        using var response = await cluster.Api.RawAsync($"{KubeResource.Pods.Path(RemoteSecret.Namespace, pod)}:{Port}/proxy/debug/{page}", cancellation);
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            using var tunnel = new PodTunnel(cluster.Api, RemoteSecret.Namespace, pod, Port);
            return await tunnel.GetTextAsync($"/debug/{page}", cancellation);
        }

        var text = await response.Content.ReadAsStringAsync(cancellation);
        return response.IsSuccessStatusCode ? text : "";
    }
}
