using System.Text.Json.Nodes;
using GoogleEmulator.Container;
using Provisioner.Kubernetes;
using Provisioner.Mesh;

namespace GoogleEmulator.Mesh;

/// <summary>The managed control plane of one cluster: the embedded mesh under the revision that Google gives it.</summary>
internal sealed class ManagedMesh(MeshAuthority authority)
{
    public const string Revision = "asm-managed";
    public const string Options = "asm-options";

    private const string ControlPlane = "istiod";

    /// <summary>Applies everything; what a reader said in the ConfigMap of options stays.</summary>
    public async Task InstallAsync(Cluster cluster, CancellationToken cancellation)
    {
        var api = cluster.Process!.Api;
        var objects = Objects(cluster).ToList();
        await api.ApplyAsync(null, [.. objects.Where(item => item.Kind() == "Namespace")], cancellation);
        if (await api.GetAsync(KubeResource.Secrets, RemoteSecret.Namespace, "cacerts", cancellation) is null)
        {
            objects.Add(authority.Secret(cluster.Plan.ShortName));
        }

        if (await api.GetAsync(KubeResource.ConfigMaps, RemoteSecret.Namespace, Options, cancellation) is null)
        {
            objects.Add(OptionsMap());
        }

        await api.ApplyAsync(null, objects, cancellation);
    }

    public async Task<bool> IsInstalledAsync(Cluster cluster, CancellationToken cancellation) =>
        await cluster.Process!.Api.GetAsync(KubeResource.Deployments, RemoteSecret.Namespace, ControlPlane, cancellation) is not null;

    public async Task<bool> IsReadyAsync(Cluster cluster, CancellationToken cancellation) =>
        await cluster.Process!.Api.GetAsync(KubeResource.Deployments, RemoteSecret.Namespace, ControlPlane, cancellation) is { } deployment
        && deployment["status"]?["readyReplicas"].Int() > 0;

    /// <summary>Takes the control plane away; the kinds stay, and a reader's objects with them.</summary>
    public Task UninstallAsync(Cluster cluster, CancellationToken cancellation) =>
        cluster.Process!.Api.DeleteAsync(null, [.. Objects(cluster).Where(item => item.Kind() != "CustomResourceDefinition")], cancellation);

    private static IReadOnlyList<JsonObject> Objects(Cluster cluster) => EmbeddedMesh.Objects(cluster.Plan.ShortName, Revision);

    private static JsonObject OptionsMap() => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject { ["name"] = Options, ["namespace"] = RemoteSecret.Namespace },
        ["data"] = new JsonObject { ["ASM_OPTS"] = "CNI=on" },
    };
}
