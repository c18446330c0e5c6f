using System.Text.Json.Nodes;
using Provisioner.Kubernetes;

namespace Provisioner.Mesh.Istio;

/// <summary>Writes the HelmChart objects that k3s's own controller installs.</summary>
internal static class HelmChartObject
{
    public const string Namespace = "kube-system";

    /// <summary>On each object: what it installs, wherever the chart comes from.</summary>
    public const string ContentAnnotation = "lab.dev/chart";

    public static readonly KubeResource Resource = new("helm.cattle.io/v1", "HelmChart", "helmcharts", true);

    // The controller's own default is 1000 retries: a chart that cannot be installed would never be said to have failed.
    private const int Retries = 2;

    /// <param name="chart">What to install.</param>
    /// <param name="archive">The chart's .tgz; null where the cluster fetches it from Istio's repository.</param>
    public static JsonObject Create(IstioChart chart, byte[]? archive)
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
            spec["chartContent"] = Convert.ToBase64String(content);
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
                ["annotations"] = new JsonObject { [ContentAnnotation] = ContentOf(chart) },
            },
            ["spec"] = spec,
        };
    }

    /// <summary>Tells a chart with its values from the same chart with others.</summary>
    public static string ContentOf(IstioChart chart) => ManifestApplier.VersionOf(new JsonObject
    {
        ["chart"] = chart.Chart,
        ["version"] = IstioRelease.Version,
        ["values"] = chart.Values.DeepClone(),
    });

    /// <summary>The Job in which the controller runs Helm.</summary>
    public static string JobOf(IstioChart chart) => $"helm-install-{chart.Release}";

    /// <summary>The Job in which it uninstalls the chart, before it lets the object go.</summary>
    public static string UninstallJobOf(IstioChart chart) => $"helm-delete-{chart.Release}";
}
