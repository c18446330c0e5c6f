using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Emulator.Controllers;
using Emulator.Mesh.Conversion;
using Emulator.Storage;

namespace Emulator.Mesh.GatewayApi;

/// <summary>The listeners of a Gateway, with their certificates, and what is wrong with them.</summary>
internal sealed class ListenerConversion(MeshInputs inputs, Grants grants)
{
    // How a client's certificate is asked for, in Istio's option of a listener's TLS settings.
    private const string TerminateMode = "gateway.istio.io/tls-terminate-mode";

    private static readonly Dictionary<string, string[]> KindsByProtocol = new()
    {
        ["HTTP"] = ["HTTPRoute", "GRPCRoute"],
        ["HTTPS"] = ["HTTPRoute", "GRPCRoute"],
        ["TLS"] = ["TLSRoute", "TCPRoute"],
        ["TCP"] = ["TCPRoute"],
    };

    public List<Listener> Convert(JsonObject gateway)
    {
        var listeners = gateway["spec"]?["listeners"].Items().Select(node => Convert(gateway, node)).ToList() ?? [];
        foreach (var group in listeners.Where(listener => listener.NotAccepted is null).GroupBy(listener => listener.Port))
        {
            FindConflicts([.. group]);
        }

        return listeners;
    }

    private Listener Convert(JsonObject gateway, JsonObject node)
    {
        var protocol = node["protocol"].Text() ?? "";
        var known = KindsByProtocol.GetValueOrDefault(protocol);
        var asked = node["allowedRoutes"]?["kinds"].Items().Select(kind => kind["kind"].Text() ?? "").ToList() ?? [];
        var unknown = asked.Where(kind => known?.Contains(kind) is false).ToList();
        var (tls, unresolved) = Tls(gateway, node);
        return new Listener
        {
            Gateway = gateway,
            Name = node["name"].Text() ?? "",
            Port = node["port"].Int(),
            Protocol = protocol,
            Host = node["hostname"].Text() is { Length: > 0 } host ? host : "*",
            Tls = tls,
            Kinds = [.. asked.Count == 0 ? known ?? [] : asked.Except(unknown)],
            Admits = Admits(gateway.Namespace(), node["allowedRoutes"]?["namespaces"]),
            NotAccepted = known is null ? new Problem("UnsupportedProtocol", $"protocol \"{protocol}\" is not supported: use HTTP, HTTPS, TLS or TCP") : null,
            Unresolved = unknown.Count > 0
                ? new Problem("InvalidRouteKinds", $"kinds [{string.Join(" ", unknown)}] do not go with protocol {protocol}: it takes {string.Join(", ", known ?? [])}")
                : unresolved,
        };
    }

    private Func<string, bool> Admits(string own, JsonNode? namespaces) => namespaces?["from"].Text() switch
    {
        "All" => _ => true,
        "None" => _ => false,
        "Selector" => name => inputs.GatewayApi.Namespaces.FirstOrDefault(ns => ns.Name() == name) is { } found && LabelSelector.Matches(namespaces["selector"], found),
        _ => name => name == own,
    };

    private (MeshGatewayTls?, Problem?) Tls(JsonObject gateway, JsonObject node)
    {
        if (node["protocol"].Text() is not ("HTTPS" or "TLS"))
        {
            return (null, null);
        }

        var tls = node["tls"];
        if (tls?["mode"].Text() == "Passthrough")
        {
            return (new MeshGatewayTls("PASSTHROUGH", null, null, HttpsRedirect: false), null);
        }

        var reference = tls?["certificateRefs"].Items().FirstOrDefault();
        var name = reference?["name"].Text() ?? "";
        var ns = reference?["namespace"].Text() ?? gateway.Namespace();
        var mode = tls?["options"]?[TerminateMode].Text() is { } asked && asked is "MUTUAL" or "OPTIONAL_MUTUAL" or "ISTIO_MUTUAL" ? tls["options"]![TerminateMode].Text()! : "SIMPLE";
        var nothing = new MeshGatewayTls(mode, null, null, HttpsRedirect: false);
        if (mode == "ISTIO_MUTUAL")
        {
            return (nothing, null);
        }

        if (reference is null || reference["kind"].Text() is not (null or "Secret"))
        {
            return (nothing, new Problem("InvalidCertificateRef", "certificateRefs has to name a Secret of type kubernetes.io/tls"));
        }

        if (!grants.Allow("Gateway", gateway.Namespace(), "Secret", ns, name))
        {
            return (nothing, new Problem("RefNotPermitted", $"certificateRef {name}/{ns} not accessible to a Gateway in namespace \"{gateway.Namespace()}\" (missing a ReferenceGrant?)"));
        }

        var data = inputs.Secret(ns, name)?["data"];
        var certificate = ClientTlsConversion.Decode(data?["tls.crt"]);
        var key = ClientTlsConversion.Decode(data?["tls.key"]);
        var roots = ClientTlsConversion.Decode(data?["ca.crt"] ?? inputs.Secret(ns, $"{name}-cacert")?["data"]?["ca.crt"]);
        return certificate is null || key is null
            ? (nothing, new Problem("InvalidCertificateRef", $"invalid certificate reference {ns}/{name}: no Secret with tls.crt and tls.key"))
            : mode is "MUTUAL" or "OPTIONAL_MUTUAL" && roots is null
                ? (nothing, new Problem("InvalidCertificateRef", $"invalid certificate reference {ns}/{name}: {TerminateMode} {mode} needs ca.crt in it, or in Secret {name}-cacert"))
                : (new MeshGatewayTls(mode, certificate, key, HttpsRedirect: false, roots), null);
    }

    /// <summary>Listeners of one port have to be told apart by their hosts, and to speak the same protocol before that.</summary>
    private static void FindConflicts(List<Listener> sharing)
    {
        foreach (var listener in sharing.Skip(1))
        {
            var before = sharing.TakeWhile(other => other != listener).Where(other => other.Conflict is null).ToList();
            listener.Conflict = before.Any(other => Layer(other.Protocol) != Layer(listener.Protocol))
                ? new Problem("ProtocolConflict", $"port {listener.Port} is used with protocol {before[0].Protocol} by listener \"{before[0].Name}\"")
                : before.Any(other => other.Host == listener.Host)
                    ? new Problem("HostnameConflict", $"host \"{listener.Host}\" of port {listener.Port} is taken by another listener")
                    : null;
        }
    }

    private static string Layer(string protocol) => protocol is "HTTPS" or "TLS" ? "TLS" : protocol;
}
