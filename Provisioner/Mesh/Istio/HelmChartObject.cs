using System.Text.Json.Nodes;
using Provisioner.Kubernetes;

namespace Provisioner.Mesh.Istio;

/// <summary>Writes the HelmChart objects that k3s's own controller installs.</summary>
internal static class HelmChartObject
{
    public const string Namespace = "kube-system";

    public static readonly KubeResource Resource = new("helm.cattle.io/v1", "HelmChart", "helmcharts", true);

    // The controller's own default is 1000 retries: a chart that cannot be installed would never be said to have failed.
    private const int Retries = 2;

    /// <param name="chart">What to install.</param>
    /// <param name="archive">The chart's .tgz; null where the cluster fetches it from Istio's repository.</param>
    public static JsonObject Create(IstioChart chart, ReadOnlyMemory<byte>? archive)
    {
        var spec = new JsonObject
        {
            ["targetNamespace"] = RemoteSecret.Namespace,
            ["valuesContent"] = YamlText.Write(chart.Values),
            ["backOffLimit"] = Retries,
            ["failurePolicy"] = "abort",
            ["timeout"] = "2m0s",
        };
        if (archive is { } content)
        {
            spec["chartContent"] = Convert.ToBase64String(content.Span);
        }
        else
        {
            spec["repo"] = IstioRelease.ChartRepository;
            spec["chart"] = chart.Chart;
            spec["version"] = IstioRelease.Version;
        }

        return new JsonObject
        {
            ["apiVersion"] = Resource.ApiVersion,
            ["kind"] = Resource.Kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = chart.Release,
                ["namespace"] = Namespace,
                ["labels"] = new JsonObject { [IstioObjects.Part] = "mesh" },
            },
            ["spec"] = spec,
        };
    }

    /// <summary>The Job in which the controller runs Helm.</summary>
    public static string JobOf(IstioChart chart) => $"helm-install-{chart.Release}";
}
