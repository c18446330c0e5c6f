using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;

namespace Emulator.Schema.Validation;

/// <summary>The rules for the addresses of Services.</summary>
internal static class ServiceAddressRules
{
    public static void Check(JsonObject spec, Causes causes)
    {
        const string Field = "spec.clusterIPs";
        var addresses = Texts(spec, "clusterIPs");
        var own = spec.Text("clusterIP") ?? "";
        if (own.Length > 0 && addresses.Count > 0 && addresses[0] != own)
        {
            causes.Invalid(Field, GoLiteral.Strings(spec["clusterIPs"] as JsonArray), "first value must match `clusterIP`");
        }
        else if (own.Length == 0 && addresses.Count > 0)
        {
            causes.Invalid(Field, GoLiteral.Strings(spec["clusterIPs"] as JsonArray), "must be empty when `clusterIP` is not specified");
        }

        CheckFamilies(spec, causes);
        causes.OneOf(spec, "spec", "ipFamilyPolicy", "PreferDualStack", "RequireDualStack", "SingleStack");
        var before = causes.Found.Count;
        for (var at = 0; at < addresses.Count; at++)
        {
            if (at == 0 && addresses[at] == "None")
            {
                if (addresses.Count > 1)
                {
                    causes.Invalid(Field, GoLiteral.Strings(spec["clusterIPs"] as JsonArray), "'None' must be the first and only value");
                }
            }
            else
            {
                causes.Fit($"{Field}[{at}]", addresses[at], Names.Address(addresses[at]));
            }
        }

        if (addresses.Count > 2)
        {
            causes.Invalid(Field, GoLiteral.Strings(spec["clusterIPs"] as JsonArray), "may only hold up to 2 values");
        }

        if (addresses.Count > 1 && causes.Found.Count == before && addresses.Select(address => address.Contains(':')).Distinct().Count() < 2)
        {
            causes.Invalid(Field, GoLiteral.Strings(spec["clusterIPs"] as JsonArray), "may specify no more than one IP for each IP family");
        }
    }

    /// <summary>Addresses outside of the cluster.</summary>
    public static void CheckOutside(JsonObject spec, Causes causes)
    {
        var at = 0;
        foreach (var address in Texts(spec, "externalIPs"))
        {
            causes.Fit($"spec.externalIPs[{at++}]", address, Names.EndpointAddress(address));
        }

        var ranges = Texts(spec, "loadBalancerSourceRanges");
        if (ranges.Count > 0 && spec.Text("type") != "LoadBalancer")
        {
            causes.Forbidden("spec.LoadBalancerSourceRanges", "may only be used when `type` is 'LoadBalancer'");
        }

        at = 0;
        foreach (var range in ranges.Select(range => range.Trim()))
        {
            causes.Fit($"spec.LoadBalancerSourceRanges[{at++}]", range, Names.AddressRange(range));
        }
    }

    private static void CheckFamilies(JsonObject spec, Causes causes)
    {
        var seen = new HashSet<string>();
        var at = 0;
        foreach (var family in Texts(spec, "ipFamilies"))
        {
            var field = $"spec.ipFamilies[{at++}]";
            if (family is not ("IPv4" or "IPv6"))
            {
                causes.NotSupported(field, family, "IPv4", "IPv6");
            }

            if (!seen.Add(family))
            {
                causes.Duplicate(field, GoQuote.Text(family));
            }
        }

        // What the allocator says of a family that the cluster does not have; it is not asked before the rest is right.
        if (causes.Found.Count == 0 && spec.Text("ipFamilyPolicy") is not "PreferDualStack" && Texts(spec, "ipFamilies").IndexOf("IPv6") is >= 0 and var which)
        {
            causes.InvalidText($"spec.ipFamilies[{which}]", "IPv6", "not configured on this cluster");
        }
        else if (causes.Found.Count == 0 && spec.Text("ipFamilyPolicy") == "RequireDualStack")
        {
            causes.InvalidText("spec.ipFamilyPolicy", "RequireDualStack", "this cluster is not configured for dual-stack services");
        }
    }

    private static List<string> Texts(JsonObject spec, string field) => (spec[field] as JsonArray ?? []).Select(item => item?.ToString() ?? "").ToList();
}
