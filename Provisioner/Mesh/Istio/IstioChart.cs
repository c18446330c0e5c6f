using System.Text.Json.Nodes;

namespace Provisioner.Mesh.Istio;

/// <summary>One of Istio's charts with the values that the lab gives it.</summary>
/// <param name="Release">The name of the Helm release, and of k3s's HelmChart object.</param>
/// <param name="Chart">The chart's name in Istio's repository.</param>
internal sealed record IstioChart(string Release, string Chart, JsonObject Values)
{
    public const string Base = "istio-base";
    public const string Istiod = "istiod";
}
