using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Emulator.Controllers;
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
                services[host] = Apply(service, matching, inputs.Settings.RootNamespace);
            }
        }
    }

    /// <summary>The most specific host wins, then the service's own namespace, then any other, then the root namespace; equals add their subsets.</summary>
    private static MeshService Apply(MeshService service, List<(string Host, JsonObject Rule)> matching, string root)
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
            subsets.TryAdd(name, new MeshSubset(name, subset["labels"].Map().ToImmutableDictionary(), own is null ? null : Policy(own, Policy(policy, new MeshTrafficPolicy()))));
        }

        return service with { Policy = Policy(policy, new MeshTrafficPolicy()), Subsets = subsets.ToImmutableDictionary() };
    }

    /// <summary>A subset's policy replaces the service's part by part.</summary>
    private static MeshTrafficPolicy Policy(JsonNode? policy, MeshTrafficPolicy otherwise) => policy is null ? otherwise : otherwise with
    {
        LoadBalancer = policy["loadBalancer"] is { } balancer ? LoadBalancer(balancer) : otherwise.LoadBalancer,
        TlsMode = policy["tls"]?["mode"].Text() ?? (policy["tls"] is JsonObject ? "DISABLE" : otherwise.TlsMode),
        OutlierDetection = policy["outlierDetection"] is JsonObject detection ? OutlierDetection(detection) : otherwise.OutlierDetection,
        ConnectTimeout = policy["connectionPool"]?["tcp"]?["connectTimeout"].Duration() ?? otherwise.ConnectTimeout,
        LocalityLoadBalancing = policy["loadBalancer"]?["localityLbSetting"] is JsonObject locality
            ? locality["enabled"] is null || locality["enabled"].IsTrue()
            : otherwise.LocalityLoadBalancing,
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
