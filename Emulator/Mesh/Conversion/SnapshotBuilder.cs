using System.Collections.Immutable;

namespace Emulator.Mesh.Conversion;

/// <summary>Kubernetes objects in, snapshot out: the whole work of the control plane, without side effects.</summary>
internal static class SnapshotBuilder
{
    /// <param name="findings">Takes what is wrong with the objects, in the words of Istio's analyzers.</param>
    public static MeshSnapshot Build(MeshInputs inputs, List<Finding> findings)
    {
        var services = ServiceConversion.Convert(inputs);
        return new MeshSnapshot
        {
            Version = 0,
            Cluster = inputs.Local.Cluster,
            TrustDomain = inputs.Settings.TrustDomain,
            Services = services.ToImmutableDictionary(),
            LocalityLoadBalancing = inputs.Settings.LocalityLoadBalancing,
            TracingPercent = inputs.Settings.EnableTracing ? inputs.Settings.TracingSampling : 0,
        };
    }
}
