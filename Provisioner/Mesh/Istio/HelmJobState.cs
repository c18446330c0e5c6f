using System.Text.Json.Nodes;
using Provisioner.Kubernetes;

namespace Provisioner.Mesh.Istio;

/// <summary>How far k3s's controller is with a chart, read from its HelmChart and its Job.</summary>
/// <param name="Failed">Whether it has given up.</param>
internal sealed record HelmJobState(bool Done, bool Failed, string Message)
{
    public static HelmJobState Of(JsonObject? chart, JsonObject? job)
    {
        if (chart is null)
        {
            return new HelmJobState(false, false, "there is no HelmChart");
        }

        if (chart.Condition("Failed") is { } failed && failed["status"]?.ToString() == "True")
        {
            return new HelmJobState(false, true, $"{failed["reason"]}: {failed["message"]}");
        }

        if (job is null)
        {
            return new HelmJobState(false, false, "k3s has not started Helm for it yet");
        }

        if (job["status"]?["succeeded"].Int() > 0)
        {
            return new HelmJobState(true, false, "installed");
        }

        if (job.Condition("Failed") is { } ended && ended["status"]?.ToString() == "True")
        {
            return new HelmJobState(false, true, $"{ended["reason"]}: {ended["message"]}");
        }

        var attempts = job["status"]?["failed"].Int() ?? 0;
        return new HelmJobState(false, false, attempts == 0 ? "Helm is at work" : $"Helm has failed {attempts} times and tries again");
    }
}
