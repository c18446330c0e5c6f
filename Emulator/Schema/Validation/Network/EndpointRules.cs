using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>The rules for Endpoints, EndpointSlices and Leases.</summary>
internal static class EndpointRules
{
    private static readonly string[] AddressTypes = ["FQDN", "IPv4", "IPv6"];

    public static void Endpoints(JsonObject node, Causes causes)
    {
        var at = 0;
        foreach (var subset in node.Items("subsets"))
        {
            var field = $"subsets[{at++}]";
            if (subset["addresses"] is not JsonArray { Count: > 0 } && subset["notReadyAddresses"] is not JsonArray { Count: > 0 })
            {
                causes.Required(field, "must specify `addresses` or `notReadyAddresses`");
            }

            foreach (var list in (string[])["addresses", "notReadyAddresses"])
            {
                var item = 0;
                foreach (var address in subset.Items(list))
                {
                    CheckAddress(address, $"{field}.{list}[{item++}]", causes);
                }
            }

            CheckPorts(subset, $"{field}.ports", requireNames: true, causes);
        }
    }

    public static void Slice(JsonObject node, JsonObject? old, Causes causes)
    {
        var type = node.Text("addressType") ?? "";
        if (type.Length == 0)
        {
            causes.Required("addressType");
        }
        else if (!AddressTypes.Contains(type))
        {
            causes.NotSupported("addressType", type, AddressTypes);
        }
        else if (old is not null && old.Text("addressType") != type)
        {
            causes.Immutable("addressType", GoQuote.Text(type));
        }

        var at = 0;
        foreach (var endpoint in node.Items("endpoints"))
        {
            var field = $"endpoints[{at}].addresses";
            if (endpoint.Text("hostname") is { } host)
            {
                causes.Fit($"endpoints[{at}].hostname", host, Names.Label(host));
            }

            if (endpoint.Text("nodeName") is { } home)
            {
                causes.Fit($"endpoints[{at}].nodeName", home, Names.Subdomain(home));
            }

            at++;
            var addresses = (endpoint["addresses"] as JsonArray ?? []).Select(item => item?.ToString() ?? "").ToList();
            if (addresses.Count == 0)
            {
                causes.Required(field, "must contain at least 1 address");
            }

            for (var item = 0; item < addresses.Count; item++)
            {
                CheckSliceAddress(addresses[item], type, $"{field}[{item}]", causes);
            }
        }

        CheckPorts(node, "ports", requireNames: false, causes);
    }

    public static void Lease(JsonObject spec, Causes causes)
    {
        if (spec["leaseDurationSeconds"].AsLong() is < 1 and var duration)
        {
            causes.InvalidNumber("spec.leaseDurationSeconds", duration, "must be greater than 0");
        }

        if (spec["leaseTransitions"].AsLong() is < 0 and var transitions)
        {
            causes.InvalidNumber("spec.leaseTransitions", transitions, "must be greater than or equal to 0");
        }
    }

    private static void CheckSliceAddress(string address, string type, string field, Causes causes)
    {
        if (type == "FQDN")
        {
            causes.Fit(field, address, Names.Subdomain(address));
        }
        else if (type is "IPv4" or "IPv6")
        {
            var wanted = type == "IPv4" ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
            causes.Fit(field, address, IPAddress.TryParse(address, out var parsed) && parsed.AddressFamily == wanted ? null : $"must be a valid {type} address");
            CheckReach(address, field, causes);
        }
    }

    private static void CheckAddress(JsonObject address, string field, Causes causes)
    {
        var ip = address.Text("ip") ?? "";
        causes.Fit($"{field}.ip", ip, Names.Address(ip));
        if (address.Text("hostname") is { Length: > 0 } host)
        {
            causes.Fit($"{field}.hostname", host, Names.Label(host));
        }

        if (address.Text("nodeName") is { } node)
        {
            causes.Fit($"{field}.nodeName", node, Names.Subdomain(node));
        }

        CheckReach(ip, $"{field}.ip", causes);
    }

    /// <summary>Addresses that no other host can be at; what is none at all is said a second time.</summary>
    private static void CheckReach(string address, string field, Causes causes) =>
        causes.Fit(field, address, Names.Address(address) is null ? Names.EndpointAddress(address) : "must be a valid IP address");

    private static void CheckPorts(JsonObject owner, string field, bool requireNames, Causes causes)
    {
        var ports = owner.Items("ports").ToList();
        var names = new HashSet<string>();
        for (var at = 0; at < ports.Count; at++)
        {
            var (port, path) = (ports[at], $"{field}[{at}]");
            var name = port.Text("name") ?? "";
            if (name.Length == 0 && requireNames && ports.Count > 1)
            {
                causes.Required($"{path}.name");
            }
            else if (name.Length > 0 && Names.Label(name) is { } wrong)
            {
                causes.Fit($"{path}.name", name, wrong);
            }

            if (!names.Add(name) && (name.Length > 0 || !requireNames))
            {
                causes.Duplicate($"{path}.name", GoQuote.Text(name));
            }

            if (port["port"].AsLong() is { } number && number is < 1 or > 65535)
            {
                causes.InvalidNumber($"{path}.port", number, "must be between 1 and 65535, inclusive");
            }

            ServiceRules.CheckProtocol(port, path, causes);
        }
    }
}
