using System.Text.Json.Nodes;
using Emulator.Mesh.Conversion;
using Emulator.Storage;

namespace Emulator.Mesh.Validation;

/// <summary>The rules of Istio's ValidateGateway.</summary>
internal static class GatewayValidation
{
    private static readonly string[] Protocols = ["HTTP", "HTTP2", "GRPC", "GRPC-WEB", "HTTPS", "TLS", "TCP", "MONGO", "REDIS", "MYSQL", "HTTP_PROXY"];

    public static void Validate(string name, JsonObject spec, ValidationResult result)
    {
        result.Require(Names.IsLabel(name), $"invalid gateway name: \"{name}\"");
        var servers = spec["servers"].Items().ToList();
        result.Require(servers.Count > 0, "gateway must have at least one server");
        var names = new HashSet<string>();
        foreach (var server in servers)
        {
            Server(server, result);
            var port = server["port"]?["name"].Text() ?? "";
            result.Require(names.Add(port), $"port names in servers must be unique: duplicate name {port}");
        }
    }

    private static void Server(JsonObject server, ValidationResult result)
    {
        var hosts = server["hosts"].Texts().ToList();
        result.Require(hosts.Count > 0, "server config must contain at least one host");
        foreach (var host in hosts)
        {
            Host(host, result);
        }

        if (server["port"] is not JsonObject port)
        {
            result.Errors.Add("port is required");
            return;
        }

        var protocol = port["protocol"].Text()?.ToUpperInvariant() ?? "";
        result.Require(
            Protocols.Contains(protocol),
            $"invalid protocol \"{port["protocol"].Text()}\", supported protocols are HTTP, HTTP2, GRPC, GRPC-WEB, MONGO, REDIS, MYSQL, TCP");
        result.Add(Names.Port(port["number"].AsLong() ?? 0));
        result.Require((port["targetPort"].AsLong() ?? 0) == 0, "targetPort has no impact on Gateways");
        result.Require(port["name"].Text() is { Length: > 0 }, "port name must be set");
        if (Protocols.Contains(protocol))
        {
            Tls(server["tls"] as JsonObject, protocol, result);
        }
    }

    private static void Tls(JsonObject? tls, string protocol, ValidationResult result)
    {
        var isTls = protocol is "HTTPS" or "TLS";
        var isHttp = protocol is "HTTP" or "HTTP2" or "GRPC" or "GRPC-WEB" or "HTTP_PROXY";
        result.Require(!isTls || tls is not null, "server must have TLS settings for HTTPS/TLS protocols");
        if (tls is null)
        {
            return;
        }

        // A plain HTTP port may say no more than that it redirects to HTTPS.
        result.Require(isTls || !isHttp || tls["mode"].Text() is null or "PASSTHROUGH", "server cannot have TLS settings for plain text HTTP ports");
        result.Require(isTls || isHttp, "server cannot have TLS settings for non HTTPS/TLS ports");
        if (tls["mode"].Text() is "SIMPLE" or "MUTUAL" && tls["credentialName"] is null && tls["credentialNames"] is null && tls["tlsCertificates"] is null)
        {
            result.Require(tls["serverCertificate"].Text() is { Length: > 0 }, $"{tls["mode"]} TLS requires a server certificate");
            result.Require(tls["privateKey"].Text() is { Length: > 0 }, $"{tls["mode"]} TLS requires a private key");
        }
    }

    private static void Host(string host, ValidationResult result)
    {
        var parts = host.Split('/', 2);
        if (parts.Length == 2)
        {
            result.Require(parts[0].Length > 0 && parts[1].Length > 0, "config namespace and dnsName in host entry cannot be empty");
            result.Require(parts[0] is "*" or "." || Names.IsLabel(parts[0]), $"invalid namespace value \"{parts[0]}\" in gateway");
        }

        result.Add(Names.WildcardDomain(parts[^1]));
    }
}
