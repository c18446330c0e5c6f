using System.Text.Json.Nodes;
using Provisioner.Kubernetes;
using Provisioner.Mesh;
using Provisioner.Plan;
using Provisioner.Stages;
using Provisioner.State;

namespace Provisioner.Operations;

/// <summary>One of the Deployments that the lab shows for each cluster.</summary>
/// <param name="Name">istiod, whereami or gateway.</param>
/// <param name="Container">The container whose log is shown.</param>
internal sealed record Workload(string Name, string Namespace, string Deployment, string Selector, string Container)
{
    public static IReadOnlyList<Workload> All(LabPlan plan) =>
    [
        new("istiod", RemoteSecret.Namespace, "istiod", "app=istiod", "discovery"),
        new("whereami", plan.Namespace, LabStages.WhereamiDeployment, "app=whereami", "frontend"),
        new(WorkloadState.Gateway, plan.GatewayNamespace, LabStages.Gateway, "istio=ingressgateway", "istio-proxy"),
    ];

    /// <summary>Its Deployment among all of a cluster; a control plane is told by its label, since its name may end in its revision.</summary>
    public JsonObject? In(IReadOnlyDictionary<string, JsonObject> deployments) =>
        deployments.GetValueOrDefault($"{Namespace}/{Deployment}")
        ?? (Name == "istiod" ? deployments.Values.FirstOrDefault(each => each.Namespace() == Namespace && each.Label("app") == "istiod") : null);

    /// <exception cref="LabException">There is no such workload.</exception>
    public static Workload Named(LabPlan plan, string name) => All(plan).FirstOrDefault(workload => workload.Name == name)
        ?? throw new LabException($"there is no workload '{name}'", $"Workloads are: {string.Join(", ", All(plan).Select(workload => workload.Name))}");
}
