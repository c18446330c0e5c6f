using System.Text.Json.Nodes;
using Provisioner.Mesh.Istio;

namespace Provisioner.Tests.K3s;

public sealed class HelmJobStateTests
{
    [Theory]
    [InlineData("{}", null, false, false, "k3s has not started Helm for it yet")]
    [InlineData("{}", """{"status": {"active": 1}}""", false, false, "Helm is at work")]
    [InlineData("{}", """{"status": {"failed": 2, "active": 1}}""", false, false, "Helm has failed 2 times and tries again")]
    [InlineData("{}", """{"status": {"succeeded": 1}}""", true, false, "installed")]
    [InlineData(
        "{}",
        """{"status": {"failed": 3, "conditions": [{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded", "message": "Job has reached the specified backoff limit"}]}}""",
        false,
        true,
        "BackoffLimitExceeded: Job has reached the specified backoff limit")]
    [InlineData(
        """{"status": {"conditions": [{"type": "Failed", "status": "True", "reason": "Job create failed", "message": "no such namespace"}]}}""",
        null,
        false,
        true,
        "Job create failed: no such namespace")]
    public void The_state_of_a_chart_is_told_in_words(string chart, string? job, bool done, bool failed, string message) =>
        Assert.Equal(
            new HelmJobState(done, failed, message),
            HelmJobState.Of(JsonNode.Parse(chart)!.AsObject(), job is null ? null : JsonNode.Parse(job)!.AsObject()));

    [Fact]
    public void Without_its_object_there_is_nothing_to_wait_for() => Assert.Equal(new HelmJobState(false, false, "there is no HelmChart"), HelmJobState.Of(null, null));
}
