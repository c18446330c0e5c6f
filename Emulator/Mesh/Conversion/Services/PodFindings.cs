using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>Finds what pods ask of their proxy that an embedded proxy does not do.</summary>
internal static class PodFindings
{
    private static readonly string[] Prefixes = ["traffic.sidecar.istio.io/", "proxy.istio.io/", "readiness.status.sidecar.istio.io/", "status.sidecar.istio.io/"];

    private static readonly string[] Annotations =
        ["sidecar.istio.io/interceptionMode", "sidecar.istio.io/bootstrapOverride", "sidecar.istio.io/userVolume", "sidecar.istio.io/userVolumeMount"];

    public static void Check(MeshInputs inputs, List<Finding> findings)
    {
        foreach (var pod in inputs.Local.Pods.Where(pod => pod.Annotation("sidecar.istio.io/status") is not null))
        {
            foreach (var (name, _) in pod["metadata"]?["annotations"].Map() ?? [])
            {
                if (Annotations.Contains(name) || Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
                {
                    findings.Add(Finding.In(
                        pod, "NotInEmbeddedMode", "Warning", $"annotation {name} is not acted on in embedded mode: it takes effect in a lab started with --mode k3s"));
                }
            }
        }
    }
}
