using System.Text.Json.Nodes;
using Provisioner.Kubernetes;

namespace Provisioner.Tests.Kubernetes;

public sealed class PodReportTests
{
    [Fact]
    public void A_pod_that_waits_for_its_sidecar_is_told_by_what_the_sidecar_lacks()
    {
        var pod = JsonNode.Parse("""
            {
              "metadata": {"name": "whereami-1"},
              "spec": {"containers": [{"name": "frontend"}], "initContainers": [{"name": "istio-init"}, {"name": "istio-proxy", "restartPolicy": "Always"}]},
              "status": {
                "phase": "Pending",
                "containerStatuses": [{"name": "frontend", "ready": false, "state": {"waiting": {"reason": "PodInitializing"}}}],
                "initContainerStatuses": [
                  {"name": "istio-init", "ready": true, "state": {"terminated": {"reason": "Completed", "exitCode": 0}}},
                  {"name": "istio-proxy", "ready": false, "state": {"waiting": {"reason": "ImagePullBackOff", "message": "no such host"}}}
                ]
              }
            }
            """)!.AsObject();

        Assert.Equal("whereami-1: ImagePullBackOff: no such host", PodReport.Describe([pod]));
        Assert.Equal("0/2", PodReport.ReadyColumn(pod));

        pod["status"]!["initContainerStatuses"]![1]!["state"] = JsonNode.Parse("""{"running": {}}""");
        Assert.Equal("whereami-1: PodInitializing", PodReport.Describe([pod]));
    }
}
