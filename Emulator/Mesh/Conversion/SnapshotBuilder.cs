using System.Collections.Immutable;
using Emulator.Mesh.GatewayApi;

namespace Emulator.Mesh.Conversion;

/// <summary>Kubernetes objects in, snapshot out: the whole work of the control plane, without side effects.</summary>
internal static class SnapshotBuilder
{
    /// <param name="findings">Takes what is wrong with the objects, in the words of Istio's analyzers.</param>
    public static MeshSnapshot Build(MeshInputs inputs, List<Finding> findings) => Build(inputs, findings, out _);

    /// <param name="plan">What the objects of the Gateway API ask for besides routing.</param>
    public static MeshSnapshot Build(MeshInputs inputs, List<Finding> findings, out GatewayApiPlan plan)
    {
        var services = ServiceConversion.Convert(inputs);
        ServiceEntryConversion.Add(services, inputs);
        DestinationRuleConversion.Apply(services, inputs, findings);
        var snapshot = new MeshSnapshot
        {
            Version = 0,
            Cluster = inputs.Local.Cluster,
            TrustDomain = inputs.Settings.TrustDomain,
            Services = services.ToImmutableDictionary(),
            Gateways = GatewayConversion.Convert(inputs, findings),
            VirtualServices = VirtualServiceConversion.Convert(inputs, findings),
            PeerAuthentications = PeerAuthenticationConversion.Convert(inputs),
            RequestAuthentications = RequestAuthenticationConversion.Convert(inputs, findings),
            AuthorizationPolicies = AuthorizationPolicyConversion.Convert(inputs, findings),
            Telemetries = TelemetryConversion.Convert(inputs),
            Sidecars = SidecarConversion.Convert(inputs),
            RootNamespace = inputs.Settings.RootNamespace == MeshTypes.SystemNamespace ? null : inputs.Settings.RootNamespace,
            AccessLog = inputs.Settings.AccessLog,
            RegistryOnly = inputs.Settings.RegistryOnly,
            TracingPercent = TelemetryConversion.TracingPercent(inputs),
            LocalityLoadBalancing = inputs.Settings.LocalityLoadBalancing,
        };
        References.Check(inputs, snapshot, findings);
        PodFindings.Check(inputs, findings);
        plan = GatewayApiConversion.Convert(inputs, services, findings).With(IngressConversion.Convert(inputs, findings));
        return snapshot with
        {
            Gateways = [.. snapshot.Gateways, .. plan.Gateways],
            VirtualServices = [.. snapshot.VirtualServices, .. plan.VirtualServices],
        };
    }
}
