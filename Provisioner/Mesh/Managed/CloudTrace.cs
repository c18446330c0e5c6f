using System.Globalization;
using System.Text.Json.Nodes;
using Provisioner.Clusters;
using Provisioner.Clusters.Gke;
using Provisioner.Kubernetes;
using Provisioner.Stages;

namespace Provisioner.Mesh.Managed;

/// <summary>Lets whereami send a share of its requests to Cloud Trace, by the variable that upstream's image reads.</summary>
internal static class CloudTrace
{
    private const string Variable = "TRACE_SAMPLING_RATIO";

    /// <summary>Nothing while no share was asked for. The restart that brings the sidecars also brings the variable.</summary>
    public static IReadOnlyList<Step> Steps(CloudLab cloud, LabCluster cluster)
    {
        var (ns, ratio) = (cloud.Plan.Namespace, cloud.Cloud.TraceRatio.ToString("0.###", CultureInfo.InvariantCulture));
        return cloud.Cloud.TraceRatio <= 0 ? [] :
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
