using System.Net;
using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>The rules for Ingresses and NetworkPolicies.</summary>
internal static class IngressRules
{
    public static void Ingress(JsonObject spec, Causes causes)
    {
        if (spec["rules"] is not JsonArray { Count: > 0 } && spec["defaultBackend"] is null)
        {
            causes.Invalid("spec", GoValue.Print(spec), "either `defaultBackend` or `rules` must be specified");
        }

        var at = 0;
        foreach (var rule in spec.Items("rules"))
        {
            var field = $"spec.rules[{at++}]";
            if (rule.Text("host") is { Length: > 0 } host && HostFault(host) is { } wrong)
            {
                causes.InvalidText($"{field}.host", host, wrong);
            }

            var item = 0;
            foreach (var path in rule.Map("http").Items("paths"))
            {
                CheckPath(path, $"{field}.http.paths[{item++}]", causes);
            }
        }
    }

    public static void Policy(JsonObject spec, Causes causes)
    {
        SelectorRules.Check(spec.Map("podSelector"), "spec.podSelector", causes);
        var types = (spec["policyTypes"] as JsonArray ?? []).Select(item => item?.ToString() ?? "").ToList();
        for (var at = 0; at < types.Count; at++)
        {
            if (types[at] is not ("Egress" or "Ingress"))
            {
                causes.NotSupported($"spec.policyTypes[{at}]", types[at], "Egress", "Ingress");
            }
        }

        foreach (var (list, peers) in ((string, string)[])[("ingress", "from"), ("egress", "to")])
        {
            var at = 0;
            foreach (var rule in spec.Items(list))
            {
                var field = $"spec.{list}[{at++}]";
                var item = 0;
                foreach (var port in rule.Items("ports"))
                {
                    var which = $"{field}.ports[{item++}].port";
                    if (port["port"].AsLong() is { } number and (< 1 or > 65535))
                    {
                        causes.InvalidNumber(which, number, "must be between 1 and 65535, inclusive");
                    }
                }

                item = 0;
                foreach (var peer in rule.Items(peers))
                {
                    CheckPeer(peer, $"{field}.{peers}[{item++}]", causes);
                }
            }
        }
    }

    private static string? HostFault(string host) =>
        IPAddress.TryParse(host, out _) ? "must be a DNS name, not an IP address"
        : host.StartsWith("*.", StringComparison.Ordinal) ? null
        : Names.Subdomain(host);

    private static void CheckPath(JsonObject path, string field, Causes causes)
    {
        switch (path.Text("pathType"))
        {
            case null or "":
                causes.Required($"{field}.pathType", "pathType must be specified");
                break;
            case "Exact" or "Prefix":
                if (path.Text("path") is not ['/', ..])
                {
                    causes.InvalidText($"{field}.path", path.Text("path") ?? "", "must be an absolute path");
                }

                break;
            case not "ImplementationSpecific":
                causes.NotSupported($"{field}.pathType", path.Text("pathType")!, "Exact", "ImplementationSpecific", "Prefix");
                break;
        }
    }

    private static void CheckPeer(JsonObject peer, string field, Causes causes)
    {
        if (peer.Count == 0)
        {
            causes.Required(field, "must specify a peer");
        }

        if (peer.Map("ipBlock") is { } block)
        {
            var range = block.Text("cidr") ?? "";
            if (range.Length == 0)
            {
                causes.Required($"{field}.ipBlock.cidr");
            }
            else if (Names.AddressRange(range) is { } wrong)
            {
                causes.InvalidText($"{field}.ipBlock.cidr", range, wrong);
            }
        }
    }
}
