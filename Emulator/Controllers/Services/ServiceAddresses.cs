using System.Buffers.Binary;
using System.Net;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Gives Services their cluster addresses and node ports, and keeps them for as long as the Service lives.</summary>
internal sealed class ServiceAddresses(ClusterOptions options, ObjectStore store) : IAdmission
{
    private const int FirstNodePort = 30000;
    private const int LastNodePort = 32767;

    private readonly Lock gate = new();
    private uint lastAddress = 1;
    private int lastNodePort = FirstNodePort - 1;

    public AdmissionPhase Phase => AdmissionPhase.Allocation;

    public void Admit(AdmissionRequest request)
    {
        if (request.Resource.Type != KnownTypes.Services || request.Object is not { } service || request.Subresource == "status")
        {
            return;
        }

        var spec = service.Ensure("spec");
        var old = request.Old?["spec"] as JsonObject;
        if (spec["type"].Text() == "ExternalName")
        {
            // What is left over from another type goes; of a new Service it is validation's to refuse.
            if (old is not null)
            {
                foreach (var field in (string[])["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"])
                {
                    spec.Remove(field);
                }
            }
            else if (spec["clusterIP"].Text() is { Length: > 0 } address)
            {
                spec["clusterIPs"] ??= new JsonArray(address);
            }

            return;
        }

        GiveAddress(service, spec, old?["type"].Text() == "ExternalName" ? null : old);
        GiveNodePorts(service, spec, old);
    }

    private void GiveAddress(JsonObject service, JsonObject spec, JsonObject? old)
    {
        var asked = spec["clusterIP"].Text() is { Length: > 0 } ip ? ip : (spec["clusterIPs"] as JsonArray)?.FirstOrDefault().Text();
        var before = old?["clusterIP"].Text();
        if (before is not null && !string.IsNullOrEmpty(asked) && asked != before)
        {
            throw ApiErrors.Invalid(
                "", "Service", service.Name(), [new FieldCause("FieldValueInvalid", $"Invalid value: []string{{\"{asked}\"}}: may not change once set", "spec.clusterIPs[0]")]);
        }

        var address = string.IsNullOrEmpty(asked) ? before ?? FreeAddress() : before is null ? Checked(service, asked) : asked;
        spec["clusterIP"] = address;
        spec["clusterIPs"] = new JsonArray(address);
        spec["ipFamilies"] ??= new JsonArray("IPv4");
        spec["ipFamilyPolicy"] ??= "SingleStack";
        spec["internalTrafficPolicy"] ??= "Cluster";
    }

    private string Checked(JsonObject service, string asked)
    {
        // What is no address at all is validation's to refuse.
        if (asked == "None" || !IPAddress.TryParse(asked, out var address))
        {
            return asked;
        }

        var network = IPNetwork.Parse(options.ServiceCidr);
        var why = !network.Contains(address) ? $"failed to allocate IP {asked}: the provided IP ({asked}) is not in the valid range. The range of valid IPs is {options.ServiceCidr}"
            : UsedAddresses().Contains(asked) ? $"failed to allocate IP {asked}: provided IP is already allocated"
            : null;
        return why is null ? asked
            : throw ApiErrors.Invalid("", "Service", service.Name(), [new FieldCause("FieldValueInvalid", $"Invalid value: []string{{\"{asked}\"}}: {why}", "spec.clusterIPs")]);
    }

    private string FreeAddress()
    {
        var network = IPNetwork.Parse(options.ServiceCidr);
        var first = BinaryPrimitives.ReadUInt32BigEndian(network.BaseAddress.GetAddressBytes());
        var size = network.PrefixLength >= 32 ? 1u : 1u << (32 - network.PrefixLength);
        var used = UsedAddresses();
        lock (gate)
        {
            // Goes round, so that two Services made at the same time never get the same. The first is kubernetes.default's.
            for (var i = 0u; i < size; i++)
            {
                lastAddress = lastAddress + 1 < size - 1 ? lastAddress + 1 : 2;
                var address = ToAddress(first + lastAddress);
                if (!used.Contains(address))
                {
                    return address;
                }
            }
        }

        throw new ApiException(
            500, "InternalError", $"Internal error occurred: failed to allocate a serviceIP: range is full (--service-cidr {options.ServiceCidr}; a wider one holds more Services)");
    }

    private static string ToAddress(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return new IPAddress(bytes).ToString();
    }

    private HashSet<string> UsedAddresses() => [.. store.List(KnownTypes.Services).Items.Select(service => service.Node["spec"]?["clusterIP"].Text() ?? "")];

    private void GiveNodePorts(JsonObject service, JsonObject spec, JsonObject? old)
    {
        var type = spec["type"].Text() ?? "ClusterIP";
        var ports = spec["ports"].Items().ToList();
        if (type is not ("NodePort" or "LoadBalancer"))
        {
            if (spec["externalIPs"] is not JsonArray { Count: > 0 })
            {
                DropLeft(spec, old, "externalTrafficPolicy");
            }

            DropLeft(spec, old, "allocateLoadBalancerNodePorts");
            DropLeft(spec, old, "loadBalancerClass");
            foreach (var port in ports)
            {
                // Left over from another type; a new one is validation's to refuse.
                if (port["nodePort"].AsLong() is { } left && (left == 0 || OldPort(old, port)?["nodePort"].AsLong() == left))
                {
                    port.Remove("nodePort");
                }
            }

            return;
        }

        spec["externalTrafficPolicy"] ??= "Cluster";
        if (type == "LoadBalancer")
        {
            spec["allocateLoadBalancerNodePorts"] ??= true;
            if (spec["allocateLoadBalancerNodePorts"]!.GetValue<bool>() is false)
            {
                return;
            }
        }
        else
        {
            DropLeft(spec, old, "allocateLoadBalancerNodePorts");
            DropLeft(spec, old, "loadBalancerClass");
        }

        var used = store.List(KnownTypes.Services).Items
            .Where(other => other.Node.Uid() != service.Uid())
            .SelectMany(other => other.Node["spec"]?["ports"].Items() ?? [])
            .Select(port => port["nodePort"].Int())
            .ToHashSet();
        for (var i = 0; i < ports.Count; i++)
        {
            var port = ports[i];
            var asked = port["nodePort"].Int();
            if (asked == 0)
            {
                port["nodePort"] = OldPort(old, port)?["nodePort"].Int() is > 0 and var kept ? kept : FreeNodePort(used);
            }
            else if (OldPort(old, port)?["nodePort"].Int() != asked)
            {
                Check(service, i, asked, used);
            }

            used.Add(port["nodePort"].Int());
        }
    }

    /// <summary>Takes away what only the type before had a use for.</summary>
    private static void DropLeft(JsonObject spec, JsonObject? old, string field)
    {
        if (old?[field] is { } left && JsonNode.DeepEquals(left, spec[field]))
        {
            spec.Remove(field);
        }
    }

    private static JsonObject? OldPort(JsonObject? old, JsonObject port) => old?["ports"].Items().FirstOrDefault(before =>
        before["port"].AsLong() == port["port"].AsLong() && (before["protocol"].Text() ?? "TCP") == (port["protocol"].Text() ?? "TCP"));

    private static void Check(JsonObject service, int index, int asked, HashSet<int> used)
    {
        var why = asked is < FirstNodePort or > LastNodePort
            ? $"provided port is not in the valid range. The range of valid ports is {FirstNodePort}-{LastNodePort}"
            : used.Contains(asked) ? "provided port is already allocated" : null;
        if (why is not null)
        {
            throw ApiErrors.Invalid(
                "", "Service", service.Name(), [new FieldCause("FieldValueInvalid", $"Invalid value: {asked}: {why}", $"spec.ports[{index}].nodePort")]);
        }
    }

    private int FreeNodePort(HashSet<int> used)
    {
        lock (gate)
        {
            for (var i = FirstNodePort; i <= LastNodePort; i++)
            {
                lastNodePort = lastNodePort < LastNodePort ? lastNodePort + 1 : FirstNodePort;
                if (!used.Contains(lastNodePort))
                {
                    return lastNodePort;
                }
            }
        }

        throw new ApiException(500, "InternalError", "Internal error occurred: failed to allocate a nodePort: range is full");
    }
}
