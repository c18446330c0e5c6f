using System.Text.Json.Nodes;
using Emulator.Mesh.Conversion;
using Emulator.Mesh.GatewayApi;
using Emulator.Storage;

namespace Emulator.Mesh.Validation;

/// <summary>Knows what of Istio's resources an embedded mesh stores without acting on it.</summary>
internal static class IgnoredFields
{
    private const string Elsewhere = "not acted on in embedded mode: it takes effect in a lab started with --mode k3s";

    // Only a Gateway is something that a policy can be for: Services have no waypoint here.
    private static readonly string[] Targets =
        [.. from at in (string[])["targetRef", "targetRefs[]"] from kind in (string[])["Service", "ServiceEntry", "GatewayClass"] select $"{at}.kind={kind}"];

    // Paths below spec; [] stands for every element. A value after = is ignored only when it is that one.
    private static readonly Dictionary<ResourceType, string[]> Fields = new()
    {
        [MeshTypes.VirtualServices] =
        [
            "http[].corsPolicy.unmatchedPreflights=IGNORE",
        ],
        [MeshTypes.Gateways] =
        [
            "servers[].bind", "servers[].defaultEndpoint", "servers[].tls.serverCertificate", "servers[].tls.privateKey", "servers[].tls.caCertificates",
            "servers[].tls.credentialNames", "servers[].tls.caCertCredentialName", "servers[].tls.caCrl", "servers[].tls.cipherSuites", "servers[].tls.ecdhCurves",
            "servers[].tls.subjectAltNames", "servers[].tls.verifyCertificateHash", "servers[].tls.verifyCertificateSpki",
            "servers[].tls.minProtocolVersion=TLSV1_0", "servers[].tls.minProtocolVersion=TLSV1_1", "servers[].tls.tlsCertificates",
        ],
        [MeshTypes.DestinationRules] =
        [
            .. Policy("trafficPolicy"), .. Policy("subsets[].trafficPolicy"),
        ],
        [MeshTypes.ServiceEntries] =
        [
            "resolution=DYNAMIC_DNS", "endpoints[].network", "endpoints[].weight",
        ],
        [MeshTypes.WorkloadEntries] = ["network", "weight"],
        [MeshTypes.Telemetries] =
        [
            .. Targets, "metrics[].reportingInterval", "tracing[].match", "tracing[].providers",
            "tracing[].disableContextPropagation",
        ],
        [MeshTypes.PeerAuthentications] = [],
        [MeshTypes.RequestAuthentications] = [.. Targets, "jwtRules[].timeout"],
        [MeshTypes.AuthorizationPolicies] = [.. Targets],
        [MeshTypes.Sidecars] = ["ingress[].bind", "ingress[].captureMode", "ingress[].tls", "ingress[].connectionPool", "egress[].bind", "egress[].captureMode", "inboundConnectionPool", "outboundTrafficPolicy.egressProxy"],
        [GatewayApiTypes.GatewayClasses] = ["parametersRef"],
        [GatewayApiTypes.Gateways] = ["infrastructure.parametersRef", "allowedListeners", "backendTLS", "tls", "listeners[].tls.frontendValidation"],
        [GatewayApiTypes.HttpRoutes] = ["useDefaultGateways", "rules[].sessionPersistence", "rules[].filters[].extensionRef", "rules[].filters[].externalAuth"],
        [GatewayApiTypes.GrpcRoutes] = ["useDefaultGateways", "rules[].sessionPersistence", "rules[].filters[].extensionRef"],
        [GatewayApiTypes.TcpRoutes] = ["useDefaultGateways"],
        [GatewayApiTypes.TlsRoutes] = ["useDefaultGateways"],
        [GatewayApiTypes.ReferenceGrants] = [],
    };

    public static IEnumerable<string> Warnings(ResourceDefinition resource, JsonObject node)
    {
        if (!Fields.TryGetValue(resource.Type, out var paths))
        {
            return [$"{resource.Type} \"{node.Name()}\" is stored and {Elsewhere}{Lost(node)}"];
        }

        var found = new List<string>();
        foreach (var path in paths)
        {
            Find(node["spec"], "spec", path, found);
        }

        if (resource.Type == MeshTypes.Telemetries)
        {
            found.AddRange(MetricConversion.Expressions(node));
        }

        return found.Select(path => $"{resource.Type} \"{node.Name()}\": {path} is {Elsewhere}");
    }

    /// <summary>What a reader would miss first: Istio has rate limits as EnvoyFilters only.</summary>
    private static string Lost(JsonObject node)
    {
        var text = node["spec"]?["configPatches"]?.ToJsonString() ?? "";
        return text.Contains("ratelimit", StringComparison.OrdinalIgnoreCase) || text.Contains("rate_limit", StringComparison.OrdinalIgnoreCase)
            ? "; its rate limits do not hold, no request is answered 429 because of them"
            : "";
    }

    private static string[] Policy(string at) =>
    [
        .. ((string[])
        [
            "loadBalancer.consistentHash.ringHash", "loadBalancer.consistentHash.maglev", "loadBalancer.consistentHash.minimumRingSize", "loadBalancer.backendUtilization", "loadBalancer.zoneAwareLbSetting",
            "connectionPool.http.h2UpgradePolicy", "connectionPool.http.useClientProtocol",
            "connectionPool.http.maxConcurrentStreams", "connectionPool.tcp.idleTimeout", "connectionPool.tcp.maxConnectionDuration", "connectionPool.tcp.tcpKeepalive",
            "outlierDetection.outlierDetectionHttpErrorCodes", "tls.clientCertificate",
            "tls.privateKey", "tls.caCertificates", "tls.caCrl", "proxyProtocol", "retryBudget", "tunnel",
        ]).Select(field => $"{at}.{field}"),
    ];

    private static void Find(JsonNode? node, string at, string path, List<string> found)
    {
        if (path.Length == 0)
        {
            found.Add(at);
            return;
        }

        var dot = path.IndexOf('.');
        var step = dot < 0 ? path : path[..dot];
        var rest = dot < 0 ? "" : path[(dot + 1)..];
        if (step.EndsWith("[]", StringComparison.Ordinal))
        {
            var name = step[..^2];
            var index = 0;
            foreach (var item in node?[name].Items() ?? [])
            {
                Find(item, $"{at}.{name}[{index++}]", rest, found);
            }
        }
        else if (step.Split('=') is [var field, var value])
        {
            if (node?[field].Text() == value)
            {
                found.Add($"{at}.{field}: {value}");
            }
        }
        else if (node is JsonObject map && map[step] is { } child)
        {
            Find(child, $"{at}.{step}", rest, found);
        }
    }
}
