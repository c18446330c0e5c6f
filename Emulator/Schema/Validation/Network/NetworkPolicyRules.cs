using System.Text.Json;
using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>The rules for NetworkPolicies.</summary>
internal static class NetworkPolicyRules
{
    public static void Check(JsonObject spec, Causes causes)
    {
        SelectorRules.Check(spec.Map("podSelector"), "spec.podSelector", causes);
        foreach (var (list, peers) in ((string, string)[])[("ingress", "from"), ("egress", "to")])
        {
            var at = 0;
            foreach (var rule in spec.Items(list))
            {
                var field = $"spec.{list}[{at++}]";
                var item = 0;
                foreach (var port in rule.Items("ports"))
                {
                    CheckPort(port, $"{field}.ports[{item++}]", causes);
                }

                item = 0;
                foreach (var peer in rule.Items(peers))
                {
                    CheckPeer(peer, $"{field}.{peers}[{item++}]", causes);
                }
            }
        }

        var types = (spec["policyTypes"] as JsonArray ?? []).Select(item => item?.ToString() ?? "").ToList();
        if (types.Count > 2)
        {
            causes.Invalid("spec.policyTypes", "[]networking.PolicyType{}", "may not specify more than two policyTypes");
            return;
        }

        for (var at = 0; at < types.Count; at++)
        {
            if (types[at] is not ("Egress" or "Ingress"))
            {
                causes.NotSupported($"spec.policyTypes[{at}]", types[at], "Egress", "Ingress");
            }
        }
    }

    private static void CheckPort(JsonObject port, string field, Causes causes)
    {
        causes.OneOf(port, field, "protocol", "TCP", "UDP", "SCTP");
        var end = port["endPort"].AsLong();
        if (port["port"] is not { } number)
        {
            if (end is not null)
            {
                causes.InvalidNumber($"{field}.endPort", end.Value, "must not be specified when `port` is not specified");
            }
        }
        else if (number.GetValueKind() is JsonValueKind.String)
        {
            if (end is not null)
            {
                causes.InvalidNumber($"{field}.endPort", end.Value, "must not be specified when `port` is non-numeric");
            }

            causes.Fit($"{field}.port", number.ToString(), Names.PortName(number.ToString()));
        }
        else
        {
            causes.Fit($"{field}.port", number.AsLong() ?? 0, Names.PortNumber(number.AsLong() ?? 0));
            if (end is not null)
            {
                if (end < number.AsLong())
                {
                    causes.InvalidNumber($"{field}.endPort", end.Value, "must be greater than or equal to `port`");
                }

                causes.Fit($"{field}.endPort", end.Value, Names.PortNumber(end.Value));
            }
        }
    }

    private static void CheckPeer(JsonObject peer, string field, Causes causes)
    {
        SelectorRules.Check(peer.Map("podSelector"), $"{field}.podSelector", causes);
        SelectorRules.Check(peer.Map("namespaceSelector"), $"{field}.namespaceSelector", causes);
        if (peer.Map("ipBlock") is { } block)
        {
            CheckBlock(block, $"{field}.ipBlock", causes);
        }

        if (peer.Count == 0)
        {
            causes.Required(field, "must specify a peer");
        }
        else if (peer.Count > 1 && peer["ipBlock"] is not null)
        {
            causes.Forbidden(field, "may not specify both ipBlock and another peer");
        }
    }

    private static void CheckBlock(JsonObject block, string field, Causes causes)
    {
        var text = block.Text("cidr") ?? "";
        causes.Need(block, field, "cidr");
        causes.Fit($"{field}.cidr", text, text.Length == 0 ? null : Names.AddressRange(text));
        if (Names.Range(text) is not { } range)
        {
            return;
        }

        var at = 0;
        foreach (var item in (block["except"] as JsonArray ?? []).Select(item => item?.ToString() ?? ""))
        {
            var path = $"{field}.except[{at++}]";
            causes.Fit(path, item, Names.AddressRange(item));
            if (Names.Range(item) is { } except && (!range.Contains(except.BaseAddress) || except.PrefixLength <= range.PrefixLength))
            {
                causes.InvalidText(path, item, "must be a strict subset of `cidr`");
            }
        }
    }
}
