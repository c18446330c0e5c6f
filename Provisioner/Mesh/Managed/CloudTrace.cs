using System.Globalization;
using System.Text.Json.Nodes;
using Provisioner.Clusters;
using Provisioner.Clusters.Gke;
using Provisioner.Kubernetes;
using Provisioner.Plan;
using Provisioner.Stages;
using Provisioner.Telemetry;

namespace Provisioner.Mesh.Managed;

/// <summary>Where whereami's spans go: a share to Cloud Trace, by the variable that upstream's image reads; those of the lab's own image to its relay, which the lab drains.</summary>
internal static class CloudTrace
{
    public const string Variable = "TRACE_SAMPLING_RATIO";

    public static string Ratio(CloudPlan cloud) => cloud.TraceRatio.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>Nothing while nothing was asked for.</summary>
    public static IReadOnlyList<Step> Steps(CloudLab cloud, LabCluster cluster) =>
    [
        .. Share(cloud, cluster),
        .. cloud.Cloud.RelayImage is { } image ? new[] { Relay(cluster, image) } : [],
    ];

    private static Step Relay(LabCluster cluster, string image)
    {
        var objects = RelayObjects.Create(image, offline: false);
        return new Step
        {
            Name = $"collect the spans of {cluster.Name}",
            IsDone = cancellation => cluster.Api.HasAsync(null, objects, cancellation),
            Act = (_, cancellation) => cluster.Api.ApplyAsync(null, objects, cancellation),
            Hint = $"See: kubectl --context {cluster.Name} --namespace {RelayObjects.Namespace} get pods; the nodes have to be allowed to pull {image}",
            ByHand = [$"kubectl --context {cluster.Name} apply -f - <<'EOF'\n{string.Join("---\n", objects.Select(YamlText.Write))}EOF"],
        };
    }

    // The restart that brings the sidecars also brings the variable. The lab's own image has it from its overlay.
    private static IReadOnlyList<Step> Share(CloudLab cloud, LabCluster cluster)
    {
        var (ns, ratio) = (cloud.Plan.Namespace, Ratio(cloud.Cloud));
        return cloud.Cloud.TraceRatio <= 0 || cloud.Cloud.WhereamiImage is not null ? [] :
        [
            new Step
            {
                Name = $"have whereami in {cluster.Name} send {ratio} of its requests to Cloud Trace",
                IsDone = async cancellation =>
                    (await cluster.Api.GetAsync(KubeResource.ConfigMaps, ns, "whereami", cancellation))?["data"]?[Variable]?.ToString() == ratio,
                Act = (_, cancellation) => cluster.Api.ApplyAsync(
                    KubeResource.ConfigMaps,
                    ns,
                    new JsonObject
                    {
                        ["apiVersion"] = "v1",
                        ["kind"] = "ConfigMap",
                        ["metadata"] = new JsonObject { ["name"] = "whereami" },
                        ["data"] = new JsonObject { [Variable] = ratio },
                    },
                    cancellation),
                Hint = $"See: kubectl --context {cluster.Name} --namespace {ns} get configmap whereami -o yaml",
                ByHand = [$"kubectl --context {cluster.Name} --namespace {ns} create configmap whereami --from-literal={Variable}={ratio}"],
            },
        ];
    }
}
