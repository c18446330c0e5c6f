using System.Net;
using System.Text.Json.Nodes;
using Emulator.Nodes;
using Emulator.Storage;

namespace Emulator.DataPlane.Proxy;

/// <summary>The pod a proxy stands in front of.</summary>
internal sealed record ProxyWorkload
{
    public required string Namespace { get; init; }

    public required string Pod { get; init; }

    public required string ServiceAccount { get; init; }

    public required IPAddress Address { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required string Region { get; init; }

    public required string Zone { get; init; }

    /// <summary>Whether it is an ingress gateway (<c>proxy router</c>) and not a sidecar.</summary>
    public required bool IsGateway { get; init; }

    public static ProxyWorkload Of(ContainerContext context) => new()
    {
        Namespace = context.Pod.Namespace(),
        Pod = context.Pod.Name(),
        ServiceAccount = context.Pod["spec"]?["serviceAccountName"]?.GetValue<string>() ?? "default",
        Address = context.Network.Address,
        Labels = context.Pod.Labels(),
        Region = context.Node.Label("topology.kubernetes.io/region") ?? "",
        Zone = context.Node.Label("topology.kubernetes.io/zone") ?? "",
        IsGateway = (context.Container["args"] as JsonArray)?.Any(argument => argument?.GetValue<string>() == "router") is true
            || context.Pod.Annotation("inject.istio.io/templates")?.Split(',').Contains("gateway") is true,
    };
}
