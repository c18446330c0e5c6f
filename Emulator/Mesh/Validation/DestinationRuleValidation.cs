using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Validation;

/// <summary>The rules of Istio's ValidateDestinationRule.</summary>
internal static class DestinationRuleValidation
{
    public static void Validate(JsonObject spec, ValidationResult result)
    {
        result.Add(Names.WildcardDomain(spec["host"].Text() ?? ""));
        Policy(spec["trafficPolicy"] as JsonObject, result);
        var names = new HashSet<string>();
        foreach (var subset in spec["subsets"].Items())
        {
            var name = subset["name"].Text() ?? "";
            result.Require(names.Add(name), $"duplicate subset names: {name}");
            result.Add(name.Length == 0 ? "subset name cannot be empty" : Names.IsLabel(name) ? null : $"subset name is invalid: {name}");
            Policy(subset["trafficPolicy"] as JsonObject, result);
        }
    }

    private static void Policy(JsonObject? policy, ValidationResult result)
    {
        if (policy is null)
        {
            return;
        }

        result.Require(policy.Count > 0, "traffic policy must have at least one field");
        if (policy["connectionPool"] is JsonObject pool)
        {
            result.Require(pool["http"] is not null || pool["tcp"] is not null, "connection pool must have at least one field");
            result.Add(Names.Duration(pool["tcp"]?["connectTimeout"]));
        }

        if (policy["outlierDetection"] is JsonObject detection)
        {
            result.Add(Names.Duration(detection["interval"]));
            result.Add(Names.Duration(detection["baseEjectionTime"]));
            foreach (var field in (ReadOnlySpan<string>)["maxEjectionPercent", "minHealthPercent"])
            {
                var percent = detection[field].AsLong() ?? 0;
                result.Require(percent is >= 0 and <= 100, $"percentage {percent} is not in range 0..100");
            }

            if ((detection["consecutiveErrors"].AsLong() ?? 0) != 0)
            {
                result.Warnings.Add("outlier detection consecutive errors is deprecated, use consecutiveGatewayErrors or consecutive5xxErrors instead");
            }

            result.Require(
                detection["splitExternalLocalOriginErrors"].IsTrue() || (detection["consecutiveLocalOriginFailures"].AsLong() ?? 0) == 0,
                "outlier detection consecutive local origin failures is specified, but split external local origin errors is set to false");
        }
    }
}
