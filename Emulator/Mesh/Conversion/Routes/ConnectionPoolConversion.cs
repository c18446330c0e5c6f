using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>The limits of a DestinationRule's connectionPool; 0 stands for none, as in Istio.</summary>
internal static class ConnectionPoolConversion
{
    public static MeshConnectionLimits Convert(JsonNode pool)
    {
        var http = pool["http"];
        return new MeshConnectionLimits
        {
            MaxConnections = Positive(pool["tcp"]?["maxConnections"]),
            MaxPending = Positive(http?["http1MaxPendingRequests"]),
            MaxRequests = Positive(http?["http2MaxRequests"]),
            MaxRequestsPerConnection = Positive(http?["maxRequestsPerConnection"]),
            MaxRetries = Positive(http?["maxRetries"]),
            IdleTimeout = http?["idleTimeout"].Duration(),
        };
    }

    private static int? Positive(JsonNode? value) => value.AsLong() is { } number and > 0 ? (int)number : null;
}
