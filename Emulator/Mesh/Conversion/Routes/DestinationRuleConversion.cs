using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>Puts DestinationRules into force on the services they name.</summary>
internal static class DestinationRuleConversion
{
    // Envoy's defaults: consecutive_local_origin_failure, and min_weight_percent of a slow start.
    private const int LocalOriginFailures = 5;
    private const double LeastShare = 10;

    public static void Apply(Dictionary<string, MeshService> services, MeshInputs inputs, List<Finding> findings)
    {
        var rules = inputs.DestinationRules.OrderBy(Age.Key).Select(DestinationRuleInput.Of).ToList();
        foreach (var rule in rules.Where(rule => !services.Keys.Any(rule.Covers)))
        {
            findings.Add(Finding.In(rule.Node, "IST0101", "Error", $"Referenced host not found: \"{rule.Host}\""));
        }

        foreach (var (host, service) in services.ToList())
        {
            var matching = rules.Where(rule => rule.Covers(host)).ToList();
            if (matching.Count > 0)
            {
                services[host] = Apply(service, matching, inputs) with { Others = [.. service.Others.Select(other => Apply(other, matching, inputs))] };
            }
        }
    }

    /// <summary>Puts what holds for everybody on the service, and beside it what holds for single namespaces instead.</summary>
    private static MeshService Apply(MeshService service, List<DestinationRuleInput> rules, MeshInputs inputs)
    {
        var general = rules.Where(rule => rule.Selector.IsEmpty).ToList();
        var everybodys = Chosen(general, service, caller: null, inputs);
        List<MeshCallerPolicy> callers = [];
        foreach (var caller in rules.SelectMany(rule => rule.ExportTo.Append(rule.Namespace)).Distinct())
        {
            foreach (var rule in rules.Where(rule => !rule.Selector.IsEmpty && rule.Namespace == caller).OrderByDescending(rule => rule.Weight))
            {
                var (own, parts) = Read([rule], inputs);
                callers.Add(new MeshCallerPolicy(caller, rule.Selector, own, parts));
            }

            var chosen = Chosen(general, service, caller, inputs);
            if (!chosen.SequenceEqual(everybodys))
            {
                var (own, parts) = Read(chosen, inputs);
                callers.Add(new MeshCallerPolicy(caller, ImmutableDictionary<string, string>.Empty, own, parts));
            }
        }

        var (policy, subsets) = Read(everybodys, inputs);
        return service with { Policy = policy, Subsets = subsets, CallerPolicies = [.. callers] };
    }

    /// <summary>
    /// The rules in force for a caller: of its own namespace, else of the service's, else of the root namespace, and there those of the most specific host
    /// (Istio: destination rule lookup); equals add their subsets.
    /// </summary>
    private static List<DestinationRuleInput> Chosen(List<DestinationRuleInput> rules, MeshService service, string? caller, MeshInputs inputs)
    {
        var root = inputs.Settings.RootNamespace;

        // A rule that the root namespace has for all is not what its own gateways are meant by first; one that it keeps to itself is.
        bool IsCallers(DestinationRuleInput rule) => rule.Namespace == caller && (caller != root || rule.ExportTo is [var only] && only == root);
        bool IsShown(DestinationRuleInput rule, string ns) => rule.Namespace == ns && (rule.ExportTo.IsEmpty || (caller is not null && rule.ExportTo.Contains(caller)));
        foreach (var place in (ReadOnlySpan<Func<DestinationRuleInput, bool>>)[IsCallers, rule => IsShown(rule, service.Namespace), rule => IsShown(rule, root)])
        {
            var visible = rules.Where(place).ToList();
            if (visible.MaxBy(rule => rule.Weight) is { } best)
            {
                return [.. visible.Where(rule => rule.Host == best.Host)];
            }
        }

        return [];
    }

    private static (MeshTrafficPolicy Policy, ImmutableDictionary<string, MeshSubset> Subsets) Read(List<DestinationRuleInput> rules, MeshInputs inputs)
    {
        var policy = rules.Select(rule => rule.Spec["trafficPolicy"]).FirstOrDefault(policy => policy is not null);
        var subsets = new Dictionary<string, MeshSubset>();
        JsonObject? Secret(string name) => inputs.Secret(rules[0].Namespace, name);
        var whole = Policy(policy, new MeshTrafficPolicy(), Secret);
        foreach (var subset in rules.SelectMany(rule => rule.Spec["subsets"].Items()))
        {
            var name = subset["name"].Text() ?? "";
            subsets.TryAdd(name, new MeshSubset(
                name, subset["labels"].Map().ToImmutableDictionary(), subset["trafficPolicy"] is { } own ? Policy(own, whole, Secret) : null));
        }

        return (whole, subsets.ToImmutableDictionary());
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
            Warmup = balancer is not null ? Warmup(balancer) : otherwise.Warmup,
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

    private static MeshWarmup? Warmup(JsonNode balancer) =>
        balancer["warmup"]?["duration"].Duration() is { } duration && duration > TimeSpan.Zero
            ? new MeshWarmup(duration, balancer["warmup"]!["minimumPercent"].Number() ?? LeastShare, balancer["warmup"]!["aggression"].Number() ?? 1)
        : balancer["warmupDurationSecs"].Duration() is { } old && old > TimeSpan.Zero ? new MeshWarmup(old, LeastShare, 1)
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
            ConsecutiveLocalOriginFailures = detection["splitExternalLocalOriginErrors"].IsTrue() ? detection["consecutiveLocalOriginFailures"].Int(LocalOriginFailures) : null,
            MinHealthPercent = detection["minHealthPercent"].Int(),
            MaxEjectionPercent = detection["maxEjectionPercent"].Int(defaults.MaxEjectionPercent),
        };
    }
}
