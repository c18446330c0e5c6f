using Provisioner.Clusters;
using Provisioner.Kubernetes;
using Provisioner.Stages;

namespace Provisioner.Checks;

/// <summary>Proves that pods accept mutual TLS only: the API server's proxy speaks plain text to them and must be refused.</summary>
internal static class PlainText
{
    public static async Task<CheckResult> ObserveRefusedAsync(Lab lab, LabCluster cluster, CancellationToken cancellation)
    {
        var ns = lab.Plan.Namespace;
        var pods = (await new KubeSteps(lab, cluster).PodsAsync(LabStages.WhereamiDeployment, ns, cancellation)).Where(pod => !pod.IsBeingDeleted()).ToArray();
        var statuses = await Task.WhenAll(pods.Select(async pod =>
        {
            using var response = await cluster.Api.RawAsync($"{KubeResource.Pods.Path(ns, pod.Name())}:8080/proxy/", cancellation);
            return (Pod: pod.Name(), Status: (int)response.StatusCode);
        }));
        // 502 and 503 are the API server's own word for a connection that the pod did not accept.
        var open = statuses.Where(answer => answer.Status is not (502 or 503)).Select(answer => $"{answer.Pod} answers {answer.Status}").ToArray();
        return pods.Length == 0 ? CheckResult.Fail("there are no pods")
            : open.Length == 0 ? CheckResult.Pass($"{pods.Length} of {pods.Length} refused")
            : CheckResult.Fail($"{string.Join(", ", open)} in plain text");
    }
}
