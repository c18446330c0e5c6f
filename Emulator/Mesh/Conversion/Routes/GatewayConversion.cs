using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Emulator.Controllers;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>Gateway objects, with the certificates that their servers name.</summary>
internal static class GatewayConversion
{
    public static ImmutableArray<MeshGateway> Convert(MeshInputs inputs, List<Finding> findings) =>
        [.. inputs.Gateways.OrderBy(Age.Key).Select(gateway => Convert(gateway, inputs, findings))];

    private static MeshGateway Convert(JsonObject gateway, MeshInputs inputs, List<Finding> findings)
    {
        var selector = gateway["spec"]?["selector"] as JsonObject;
        var pods = inputs.Local.Pods.Where(pod => selector is { Count: > 0 } && LabelSelector.MatchesMap(selector, pod["metadata"]?["labels"] as JsonObject)).ToList();
        if (selector is { Count: > 0 } && pods.Count == 0)
        {
            var labels = string.Join(",", selector.Map().Select(label => $"{label.Key}={label.Value}"));
            findings.Add(Finding.In(gateway, "IST0101", "Error", $"Referenced selector not found: \"{labels}\""));
        }

        CheckPorts(gateway, pods, inputs, findings);
        return new MeshGateway(
            gateway.Namespace(),
            gateway.Name(),
            selector.Map().ToImmutableDictionary(),
            [.. gateway["spec"]?["servers"].Items().Select(server => Server(gateway, server, pods, inputs, findings)) ?? []]);
    }

    /// <summary>A port that no Service in front of the gateway's pods leads to is open inside the cluster only.</summary>
    private static void CheckPorts(JsonObject gateway, List<JsonObject> pods, MeshInputs inputs, List<Finding> findings)
    {
        var services = inputs.Local.Services
            .Where(service => service["spec"]?["selector"] is JsonObject { Count: > 0 } selector
                && pods.Exists(pod => pod.Namespace() == service.Namespace() && LabelSelector.MatchesMap(selector, pod["metadata"]?["labels"] as JsonObject)))
            .ToList();
        var open = services.SelectMany(service => service["spec"]!["ports"].Items()).SelectMany(port => (int[])[port["port"].Int(), port["targetPort"].Int()]).ToHashSet();
        foreach (var port in gateway["spec"]?["servers"].Items().Select(server => server["port"]?["number"].Int() ?? 0).Distinct().Where(port => services.Count > 0 && !open.Contains(port)) ?? [])
        {
            findings.Add(Finding.In(
                gateway, "IST0162", "Warning",
                $"The gateway listens on port {port}, which is not a port of Service {string.Join(", ", services.Select(service => $"{service.Namespace()}/{service.Name()}"))} in front of its pods: add the port there, or use one of its own"));
        }
    }

    private static MeshGatewayServer Server(JsonObject gateway, JsonObject server, List<JsonObject> pods, MeshInputs inputs, List<Finding> findings) => new(
        server["port"]?["number"].Int() ?? 0,
        server["port"]?["protocol"].Text()?.ToUpperInvariant() ?? "HTTP",
        [.. server["hosts"].Texts()],
        server["tls"] is JsonObject tls ? Tls(gateway, tls, pods, inputs, findings) : null);

    private static MeshGatewayTls Tls(JsonObject gateway, JsonObject tls, List<JsonObject> pods, MeshInputs inputs, List<Finding> findings)
    {
        var redirect = tls["httpsRedirect"].IsTrue();
        var mode = tls["mode"].Text() ?? "PASSTHROUGH";
        if (tls["credentialName"].Text() is not { Length: > 0 } name)
        {
            return new MeshGatewayTls(mode, null, null, redirect);
        }

        return Credential(gateway, name, mode, pods, inputs, findings) with
        {
            HttpsRedirect = redirect,
            OnlyTls13 = tls["minProtocolVersion"].Text() == "TLSV1_3",
            OnlyTls12 = tls["maxProtocolVersion"].Text() is "TLSV1_0" or "TLSV1_1" or "TLSV1_2",
        };
    }

    /// <summary>TLS with the certificate in a Secret, which the gateway's pods read: it is looked for where they run.</summary>
    public static MeshGatewayTls Credential(JsonObject gateway, string name, string mode, List<JsonObject> pods, MeshInputs inputs, List<Finding> findings)
    {
        var ns = pods.FirstOrDefault()?.Namespace() ?? gateway.Namespace();
        var data = inputs.Secret(ns, name)?["data"];
        var certificate = ClientTlsConversion.Decode(data?["tls.crt"] ?? data?["cert"]);
        var key = ClientTlsConversion.Decode(data?["tls.key"] ?? data?["key"]);
        var roots = ClientTlsConversion.Decode(data?["ca.crt"] ?? data?["cacert"])
            ?? ClientTlsConversion.Decode(inputs.Secret(ns, $"{name}-cacert") is { } separate ? separate["data"]?["ca.crt"] ?? separate["data"]?["cacert"] : null);
        if (certificate is null || key is null)
        {
            findings.Add(Finding.In(gateway, "IST0101", "Error", $"Referenced credentialName not found: \"{name}\" (a Secret in namespace {ns} with tls.crt and tls.key)"));
        }
        else if (mode is "MUTUAL" or "OPTIONAL_MUTUAL" && roots is null)
        {
            findings.Add(Finding.In(
                gateway, "IST0101", "Error", $"Referenced credentialName has no ca.crt for {mode}: \"{name}\" (put it there, or into Secret {name}-cacert, in namespace {ns})"));
        }

        return new MeshGatewayTls(mode, certificate, key, HttpsRedirect: false, roots);
    }
}
