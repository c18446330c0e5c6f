using System.Text.Json.Nodes;

namespace Provisioner.Kubernetes;

/// <summary>How far a Deployment is.</summary>
/// <param name="Message">Such as <c>2 of 3 pods ready</c>.</param>
internal sealed record Rollout(bool Complete, int Ready, int Desired, string Message)
{
    public static Rollout Of(JsonObject deployment)
    {
        var desired = deployment["spec"]?["replicas"].Int(1) ?? 1;
        var status = deployment["status"];
        var ready = status?["readyReplicas"].Int() ?? 0;
        var updated = status?["updatedReplicas"].Int() ?? 0;
        var all = status?["replicas"].Int() ?? 0;
        var seen = status?["observedGeneration"].Int() ?? 0;
        var generation = deployment["metadata"]?["generation"].Int() ?? 0;
        var message = seen < generation ? "the change has not been seen by the controller"
            : updated < desired ? $"{updated} of {desired} pods updated"
            : ready < desired ? $"{ready} of {desired} pods ready"
            : all > updated ? $"{all - updated} old pods still there"
            : $"{ready} of {desired} pods ready";
        if (deployment.IsTrue("ReplicaFailure") && updated < desired)
        {
            // Such as a webhook that does not answer: there is no pod yet that could tell.
            message += $": {deployment.Condition("ReplicaFailure")!["message"]}";
        }

        return new Rollout(seen >= generation && updated >= desired && ready >= desired && all <= updated, ready, desired, message);
    }
}
