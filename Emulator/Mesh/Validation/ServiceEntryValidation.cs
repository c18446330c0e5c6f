using System.Net;
using System.Text.Json.Nodes;
using Emulator.Mesh.Conversion;
using Emulator.Storage;

namespace Emulator.Mesh.Validation;

/// <summary>The rules of Istio's ValidateServiceEntry that concern what an embedded mesh acts on.</summary>
internal static class ServiceEntryValidation
{
    public static void Validate(JsonObject spec, ValidationResult result)
    {
        var hosts = spec["hosts"].Texts().ToList();
        result.Require(hosts.Count > 0, "service entry must have at least one host");
        foreach (var host in hosts)
        {
            result.Add(host == "*" ? "invalid host *" : Names.WildcardDomain(host));
        }

        var names = new HashSet<string>();
        var numbers = new HashSet<long>();
        foreach (var port in spec["ports"].Items())
        {
            var name = port["name"].Text() ?? "";
            var number = port["number"].AsLong() ?? 0;
            result.Require(names.Add(name), $"service entry port name \"{name}\" already defined");
            result.Require(numbers.Add(number), $"service entry port {number} already defined");
            result.Add(Names.Port(number));
        }

        if (spec["resolution"].Text() == "STATIC")
        {
            foreach (var endpoint in spec["endpoints"].Items())
            {
                var address = endpoint["address"].Text() ?? "";
                result.Require(IPAddress.TryParse(address, out _), $"endpoint address \"{address}\" is not a valid IP address");
            }
        }
    }
}
