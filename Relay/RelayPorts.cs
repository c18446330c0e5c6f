using System.Globalization;
using System.Net;

namespace Relay;

/// <summary>Where the relay listens: OTLP's own ports unless the environment says otherwise, as tests do.</summary>
internal sealed record RelayPorts(IPAddress Address, int Grpc, int Http, int Drain)
{
    public static RelayPorts FromEnvironment() => new(
        IPAddress.TryParse(Environment.GetEnvironmentVariable("RELAY_ADDRESS"), out var address) ? address : IPAddress.Any,
        Port("RELAY_GRPC_PORT", 4317),
        Port("RELAY_HTTP_PORT", 4318),
        Port("RELAY_DRAIN_PORT", 4319));

    private static int Port(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : otherwise;
}
