using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>Which protocol a Service port speaks: <c>appProtocol</c> first, then the port's name up to the first dash, then its number.</summary>
internal static class PortProtocols
{
    // Servers of these speak first, so that there is nothing to sniff (Istio: protocol selection, well-known ports).
    private static readonly HashSet<long> ServerFirst = [25, 53, 3306, 5432, 6379, 9042, 27017];

    public static string Of(JsonObject port)
    {
        if (port["protocol"].Text() == "UDP")
        {
            return "UDP";
        }

        var declared = Parse(port["appProtocol"].Text()) ?? Parse(port["name"].Text()?.Split('-')[0]);
        // An embedded proxy takes what it would have to sniff as HTTP, the only protocol that it sniffs.
        return declared ?? (ServerFirst.Contains(port["port"].AsLong() ?? port["number"].AsLong() ?? 0) ? "TCP" : "HTTP");
    }

    public static string? Parse(string? name) => name?.ToLowerInvariant() switch
    {
        "http" or "kubernetes.io/ws" => "HTTP",
        "http2" or "kubernetes.io/h2c" => "HTTP2",
        "grpc" or "grpc-web" => "GRPC",
        "https" or "kubernetes.io/wss" => "HTTPS",
        "tls" => "TLS",
        "tcp" or "mongo" or "mysql" or "redis" => "TCP",
        _ => null,
    };
}
