using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Injection;

/// <summary>Puts a proxy into a pod, as Istio's templates <c>sidecar</c> and <c>gateway</c> do.</summary>
/// <remarks>
/// Embedded nodes capture a pod's connections themselves and proxies keep keys in memory: there is no istio-init container and no volume,
/// and the probes of the pod's containers stay as they are.
/// </remarks>
internal static class PodInjector
{
    public const string StatusAnnotation = "sidecar.istio.io/status";

    public static readonly string[] Templates = ["sidecar", "gateway"];

    public static void Inject(JsonObject pod, RunningPilot istiod, string[] templates)
    {
        var gateway = templates.Contains("gateway");
        var spec = pod.Ensure("spec");
        var containers = spec["containers"] as JsonArray ?? (JsonArray)(spec["containers"] = new JsonArray());
        var own = containers.Items().FirstOrDefault(container => container["name"].Text() == ProxyContainerSpec.Name);
        var others = containers.Items().Where(container => container != own).Select(container => container["name"].Text() ?? "").ToList();
        var proxy = ProxyContainerSpec.Create(pod, istiod, gateway, others);
        Label(pod, istiod, gateway);
        Annotate(pod, istiod, others);
        if (own is null)
        {
            containers.Add(proxy);
        }
        else
        {
            // What the pod says of its own proxy counts; "auto" is the place where the injector's image goes.
            containers[containers.IndexOf(own)] = ProxyContainerSpec.Merge(proxy, own);
        }
    }

    private static void Label(JsonObject pod, RunningPilot istiod, bool gateway)
    {
        var labels = pod.Ensure("metadata").Ensure("labels");
        var name = labels["app.kubernetes.io/name"].Text() ?? labels["app"].Text() ?? Workload(pod);
        labels.TryAdd("service.istio.io/canonical-name", name.Length > 63 ? name[..63].Trim('-', '_', '.') : name);
        labels.TryAdd("service.istio.io/canonical-revision", labels["app.kubernetes.io/version"].Text() ?? labels["version"].Text() ?? "latest");
        labels["istio.io/rev"] = istiod.Revision;
        if (!gateway)
        {
            labels.TryAdd("security.istio.io/tlsMode", "istio");
        }
    }

    private static void Annotate(JsonObject pod, RunningPilot istiod, List<string> others)
    {
        var annotations = pod.Ensure("metadata").Ensure("annotations");
        annotations["istio.io/rev"] = istiod.Revision;
        if (others.Count > 0)
        {
            annotations.TryAdd("kubectl.kubernetes.io/default-logs-container", others[0]);
            annotations.TryAdd("kubectl.kubernetes.io/default-container", others[0]);
        }

        annotations.TryAdd("prometheus.io/scrape", "true");
        annotations.TryAdd("prometheus.io/port", "15020");
        annotations.TryAdd("prometheus.io/path", "/stats/prometheus");
        annotations[StatusAnnotation] =
            $$"""{"initContainers":null,"containers":["{{ProxyContainerSpec.Name}}"],"volumes":null,"imagePullSecrets":null,"revision":"{{istiod.Revision}}"}""";
    }

    /// <summary>The Deployment's name, from the ReplicaSet that made the pod.</summary>
    public static string Workload(JsonObject pod)
    {
        var owner = pod.Controller();
        var name = owner?["name"].Text() ?? pod["metadata"]?["generateName"].Text()?.TrimEnd('-') ?? pod.Name();
        return owner?["kind"].Text() == "ReplicaSet" && pod.Label("pod-template-hash") is { } hash && name.EndsWith($"-{hash}", StringComparison.Ordinal)
            ? name[..^(hash.Length + 1)]
            : name;
    }
}
