using System.Text.Json.Nodes;
using Emulator.Controllers;
using Emulator.Storage;

namespace Emulator.Mesh.Validation;

/// <summary>Knows what of Istio's resources an embedded mesh stores without acting on it.</summary>
internal static class IgnoredFields
{
    private const string Elsewhere = "not acted on in embedded mode: it takes effect in a lab started with --mode k3s";

    // Paths below spec; [] stands for every element. A value after = is ignored only when it is that one.
    private static readonly Dictionary<ResourceType, string[]> Fields = new()
    {
        [MeshTypes.VirtualServices] =
        [
            "exportTo", "tcp", "tls", "http[].corsPolicy", "http[].mirror", "http[].mirrors", "http[].mirrorPercent", "http[].mirror_percent", "http[].mirrorPercentage",
            "http[].match[].scheme", "http[].redirect.derivePort", "http[].redirect.prefixRewrite", "http[].rewrite.uriRegexRewrite", "http[].retries.backoff",
            "http[].retries.retryRemoteLocalities", "http[].retries.retryIgnorePreviousHosts", "http[].fault.abort.grpcStatus",
        ],
        [MeshTypes.Gateways] =
        [
            "servers[].bind", "servers[].defaultEndpoint", "servers[].tls.serverCertificate", "servers[].tls.privateKey", "servers[].tls.caCertificates",
            "servers[].tls.credentialNames", "servers[].tls.caCertCredentialName", "servers[].tls.caCrl", "servers[].tls.cipherSuites", "servers[].tls.ecdhCurves",
            "servers[].tls.subjectAltNames", "servers[].tls.verifyCertificateHash", "servers[].tls.verifyCertificateSpki", "servers[].tls.minProtocolVersion",
            "servers[].tls.maxProtocolVersion", "servers[].tls.tlsCertificates", "servers[].tls.mode=MUTUAL", "servers[].tls.mode=ISTIO_MUTUAL",
            "servers[].tls.mode=OPTIONAL_MUTUAL", "servers[].tls.mode=PASSTHROUGH", "servers[].tls.mode=AUTO_PASSTHROUGH", "servers[].port.protocol=TCP", "servers[].port.protocol=TLS",
            "servers[].port.protocol=MONGO", "servers[].port.protocol=MYSQL", "servers[].port.protocol=REDIS",
        ],
        [MeshTypes.DestinationRules] =
        [
            "exportTo", "workloadSelector", .. Policy("trafficPolicy"), .. Policy("subsets[].trafficPolicy"),
        ],
        [MeshTypes.ServiceEntries] =
        [
            "exportTo", "subjectAltNames", "workloadSelector", "resolution=NONE", "resolution=DYNAMIC_DNS", "endpoints[].network", "endpoints[].weight",
        ],
        [MeshTypes.Telemetries] =
        [
            "selector", "targetRef", "targetRefs", "metrics", "accessLogging", "tracing[].match", "tracing[].providers", "tracing[].disableContextPropagation",
            "tracing[].customTags",
        ],
        [MeshTypes.PeerAuthentications] = [],
    };

    public static IEnumerable<string> Warnings(ResourceDefinition resource, JsonObject node)
    {
        if (!Fields.TryGetValue(resource.Type, out var paths))
        {
            return [$"{resource.Type} \"{node.Name()}\" is stored and {Elsewhere}"];
        }

        var found = new List<string>();
        foreach (var path in paths)
        {
            Find(node["spec"], "spec", path, found);
        }

        return found.Select(path => $"{resource.Type} \"{node.Name()}\": {path} is {Elsewhere}");
    }

    private static string[] Policy(string at) =>
    [
        .. ((string[])
        [
            "loadBalancer.consistentHash", "loadBalancer.backendUtilization", "loadBalancer.zoneAwareLbSetting", "loadBalancer.warmup", "loadBalancer.warmupDurationSecs",
            "loadBalancer.localityLbSetting.distribute", "loadBalancer.localityLbSetting.failover", "loadBalancer.localityLbSetting.failoverPriority",
            "connectionPool.http", "connectionPool.tcp.idleTimeout", "connectionPool.tcp.maxConnectionDuration", "connectionPool.tcp.maxConnections",
            "connectionPool.tcp.tcpKeepalive", "outlierDetection.consecutiveLocalOriginFailures", "outlierDetection.minHealthPercent",
            "outlierDetection.outlierDetectionHttpErrorCodes", "outlierDetection.splitExternalLocalOriginErrors", "tls.mode=SIMPLE", "tls.mode=MUTUAL",
            "portLevelSettings", "proxyProtocol", "retryBudget", "tunnel",
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
