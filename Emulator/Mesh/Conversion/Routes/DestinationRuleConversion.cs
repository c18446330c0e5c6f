using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>Puts DestinationRules into force on the services they name.</summary>
internal static class DestinationRuleConversion
{
    public static void Apply(Dictionary<string, MeshService> services, MeshInputs inputs, List<Finding> findings)
    {
        var rules = inputs.DestinationRules
            .OrderBy(Age.Key)
            .Select(rule => (Host: HostNames.Resolve(rule["spec"]?["host"].Text() ?? "", rule.Namespace()), Rule: rule))
            .ToList();
        foreach (var (host, rule) in rules.Where(rule => !services.Keys.Any(host => HostNames.Covers(rule.Host, host))))
        {
            findings.Add(Finding.In(rule, "IST0101", "Error", $"Referenced host not found: \"{host}\""));
        }

        foreach (var (host, service) in services.ToList())
        {
            var matching = rules.Where(rule => HostNames.Covers(rule.Host, host)).ToList();
            if (matching.Count > 0)
            {
                services[host] = Apply(service, matching, inputs.Settings.RootNamespace, name => inputs.Secret(matching[0].Rule.Namespace(), name));
            }
        }
    }

    /// <summary>The most specific host wins, then the service's own namespace, then any other, then the root namespace; equals add their subsets.</summary>
    private static MeshService Apply(
        MeshService service, List<(string Host, JsonObject Rule)> matching, string root, Func<string, JsonObject?> secrets)
    {
        var ranked = matching
            .OrderByDescending(rule => rule.Host.TrimStart('*').Length)
            .ThenBy(rule => rule.Rule.Namespace() == service.Namespace ? 0 : rule.Rule.Namespace() == root ? 2 : 1)
            .ToList();
        var chosen = ranked[0];
        var merged = ranked.Where(rule => rule.Host == chosen.Host && rule.Rule.Namespace() == chosen.Rule.Namespace()).Select(rule => rule.Rule["spec"]!).ToList();
        var policy = merged.Select(spec => spec["trafficPolicy"]).FirstOrDefault(policy => policy is not null);
        var subsets = new Dictionary<string, MeshSubset>();
        foreach (var subset in merged.SelectMany(spec => spec["subsets"].Items()))
        {
            var name = subset["name"].Text() ?? "";
            var own = subset["trafficPolicy"];
            subsets.TryAdd(name, new MeshSubset(name, subset["labels"].Map().ToImmutableDictionary(), own is null ? null : Policy(own, Policy(policy, new MeshTrafficPolicy(), secrets), secrets)));
        }

        return service with { Policy = Policy(policy, new MeshTrafficPolicy(), secrets), Subsets = subsets.ToImmutableDictionary() };
    }

    /// <summary>A subset's policy replaces the service's part by part.</summary>
    private static MeshTrafficPolicy Policy(JsonNode? policy, MeshTrafficPolicy otherwise, Func<string, JsonObject?> secrets)
    {
        if (policy is null)
        {
            return otherwise;
        }

        var balancer = policy["loadBalancer"];
        var read = otherwise with
        {
            LoadBalancer = balancer is not null ? LoadBalancer(balancer) : otherwise.LoadBalancer,
            ConsistentHash = balancer is not null ? ConsistentHash(balancer["consistentHash"]) : otherwise.ConsistentHash,
            TlsMode = policy["tls"]?["mode"].Text() ?? (policy["tls"] is JsonObject ? "DISABLE" : otherwise.TlsMode),
            Tls = policy["tls"] is JsonObject tls ? ClientTlsConversion.Convert(tls, secrets) : otherwise.Tls,
            PeerServerName = policy["tls"] is JsonObject mutual ? MutualText(mutual, "sni") : otherwise.PeerServerName,
            PeerNames = policy["tls"] is JsonObject peers ? peers["mode"].Text() == "ISTIO_MUTUAL" ? [.. peers["subjectAltNames"].Texts()] : [] : otherwise.PeerNames,
            OutlierDetection = policy["outlierDetection"] is JsonObject detection ? OutlierDetection(detection) : otherwise.OutlierDetection,
            ConnectTimeout = policy["connectionPool"]?["tcp"]?["connectTimeout"].Duration() ?? otherwise.ConnectTimeout,
            Limits = policy["connectionPool"] is { } pool ? ConnectionPoolConversion.Convert(pool) : otherwise.Limits,
            LocalityLoadBalancing = balancer?["localityLbSetting"] is JsonObject locality
                ? locality["enabled"] is null || locality["enabled"].IsTrue()
                : otherwise.LocalityLoadBalancing,
            Locality = balancer?["localityLbSetting"] is JsonObject rules ? Locality(rules) : otherwise.Locality,
        };

        // A port's own settings replace those of the destination whole: what they leave out is Istio's default (PortTrafficPolicy).
        return policy["portLevelSettings"] is not JsonArray ports ? read : read with
        {
            Ports = ports.Items().Where(port => port["port"]?["number"].AsLong() is not null)
                .GroupBy(port => port["port"]!["number"].Int())
                .ToImmutableDictionary(group => group.Key, group => Policy(group.First(), new MeshTrafficPolicy(), secrets)),
        };
    }

    private static string? MutualText(JsonObject tls, string field) => tls["mode"].Text() == "ISTIO_MUTUAL" ? tls[field].Text() : null;

    private static MeshConsistentHash? ConsistentHash(JsonNode? hash) =>
        hash?["httpHeaderName"].Text() is { } header ? new MeshConsistentHash("header", header.ToLowerInvariant())
        : hash?["httpQueryParameterName"].Text() is { } parameter ? new MeshConsistentHash("query", parameter)
        : hash?["useSourceIp"].IsTrue() is true ? new MeshConsistentHash("source", "")
        : hash?["httpCookie"] is JsonObject cookie
            ? new MeshConsistentHash("cookie", cookie["name"].Text() ?? "", cookie["path"].Text() ?? "", cookie["ttl"].Duration())
        : null;

    private static MeshLocalityRules Locality(JsonObject rules) => new(
        [
            .. rules["distribute"].Items().Select(item => (
                item["from"].Text() ?? "",
                (item["to"] as JsonObject)?.Select(share => (share.Key, share.Value.Int())).ToImmutableArray() ?? [])),
        ],
        [.. rules["failover"].Items().Select(item => (item["from"].Text() ?? "", item["to"].Text() ?? ""))])
    {
        FailoverPriority = [.. rules["failoverPriority"].Texts()],
    };

    private static string LoadBalancer(JsonNode balancer) => balancer["simple"].Text() switch
    {
        null or "UNSPECIFIED" or "LEAST_CONN" => "LEAST_REQUEST",
        var simple => simple,
    };

    private static MeshOutlierDetection OutlierDetection(JsonObject detection)
    {
        var defaults = new MeshOutlierDetection();
        return new MeshOutlierDetection
        {
            Consecutive5xxErrors = detection["consecutive5xxErrors"].Int(detection["consecutiveErrors"].Int(defaults.Consecutive5xxErrors)),
            ConsecutiveGatewayErrors = detection["consecutiveGatewayErrors"].AsLong() is { } errors ? (int)errors : null,
            Interval = detection["interval"].Duration() ?? defaults.Interval,
            BaseEjectionTime = detection["baseEjectionTime"].Duration() ?? defaults.BaseEjectionTime,
            MaxEjectionPercent = detection["maxEjectionPercent"].Int(defaults.MaxEjectionPercent),
        };
    }
}
