using Emulator.Storage;

namespace Emulator.Mesh.GatewayApi;

/// <summary>The kinds of the Kubernetes Gateway API that the control plane acts on, and its names in them.</summary>
internal static class GatewayApiTypes
{
    public const string Group = "gateway.networking.k8s.io";

    /// <summary>The controller in whose name this control plane writes status, as Istio's.</summary>
    public const string Controller = "istio.io/gateway-controller";

    /// <summary>The GatewayClass that the control plane makes.</summary>
    public const string ClassName = "istio";

    /// <summary>The label by which the pods of a Gateway are known.</summary>
    public const string GatewayNameLabel = "gateway.networking.k8s.io/gateway-name";

    public static readonly ResourceType GatewayClasses = new(Group, "gatewayclasses");
    public static readonly ResourceType Gateways = new(Group, "gateways");
    public static readonly ResourceType HttpRoutes = new(Group, "httproutes");
    public static readonly ResourceType GrpcRoutes = new(Group, "grpcroutes");
    public static readonly ResourceType TcpRoutes = new(Group, "tcproutes");
    public static readonly ResourceType TlsRoutes = new(Group, "tlsroutes");
    public static readonly ResourceType ReferenceGrants = new(Group, "referencegrants");

    public static readonly IReadOnlyList<ResourceType> All = [GatewayClasses, Gateways, HttpRoutes, GrpcRoutes, TcpRoutes, TlsRoutes, ReferenceGrants];
}
