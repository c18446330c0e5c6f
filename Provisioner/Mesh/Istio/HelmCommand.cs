namespace Provisioner.Mesh.Istio;

/// <summary>Arguments of the program <c>helm</c>.</summary>
internal static class HelmCommand
{
    public static IReadOnlyList<string> Install(string kubeconfig, string context, IstioChart chart, string valuesFile, string? archives) =>
    [
        "upgrade", "--install", chart.Release,
        .. archives is null
            ? (string[])[chart.Chart, "--repo", IstioRelease.ChartRepository, "--version", IstioRelease.Version]
            : [Path.Combine(archives, IstioRelease.Archive(chart.Chart))],
        "--namespace", RemoteSecret.Namespace,
        "--values", valuesFile,
        "--wait", "--timeout", "4m0s",
        .. Where(kubeconfig, context),
    ];

    public static IReadOnlyList<string> Status(string kubeconfig, string context, IstioChart chart) =>
        ["status", chart.Release, "--namespace", RemoteSecret.Namespace, "--output", "json", .. Where(kubeconfig, context)];

    public static IReadOnlyList<string> Values(string kubeconfig, string context, IstioChart chart) =>
        ["get", "values", chart.Release, "--namespace", RemoteSecret.Namespace, "--output", "json", .. Where(kubeconfig, context)];

    public static IReadOnlyList<string> Uninstall(string kubeconfig, string context, IstioChart chart) =>
        ["uninstall", chart.Release, "--namespace", RemoteSecret.Namespace, "--ignore-not-found", "--wait", "--timeout", "2m0s", .. Where(kubeconfig, context)];

    private static string[] Where(string kubeconfig, string context) => ["--kubeconfig", kubeconfig, "--kube-context", context];
}
