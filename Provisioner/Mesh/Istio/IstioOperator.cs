using System.Text.Json.Nodes;

namespace Provisioner.Mesh.Istio;

/// <summary>The charts' values in the form that <c>istioctl install</c> takes.</summary>
internal static class IstioOperator
{
    // In an IstioOperator what the chart has at its root belongs to the component 'pilot'.
    private static readonly string[] Shared = ["revision", "global", "meshConfig"];

    public static JsonObject Create(IstioChart istiod)
    {
        var pilot = new JsonObject(istiod.Values.Where(entry => !Shared.Contains(entry.Key)).Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone())));
        return new JsonObject
        {
            ["apiVersion"] = "install.istio.io/v1alpha1",
            ["kind"] = "IstioOperator",
            ["spec"] = new JsonObject
            {
                ["profile"] = "minimal",
                ["revision"] = IstioRelease.Revision,
                ["meshConfig"] = istiod.Values["meshConfig"]?.DeepClone(),
                ["values"] = new JsonObject { ["global"] = istiod.Values["global"]?.DeepClone(), ["pilot"] = pilot },
            },
        };
    }

    public static IReadOnlyList<string> Install(string kubeconfig, string context, string file) =>
        ["install", "--skip-confirmation", "--filename", file, "--readiness-timeout", "4m0s", "--kubeconfig", kubeconfig, "--context", context];

    public static IReadOnlyList<string> Uninstall(string kubeconfig, string context) =>
        ["uninstall", "--skip-confirmation", "--revision", IstioRelease.Revision, "--kubeconfig", kubeconfig, "--context", context];
}
