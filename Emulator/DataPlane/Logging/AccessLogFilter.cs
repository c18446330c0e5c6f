using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Emulator.Schema;
using Emulator.Schema.Cel;

namespace Emulator.DataPlane.Logging;

/// <summary>A Telemetry's filter of the access log: a CEL expression over Envoy's attributes.</summary>
/// <remarks>As in Envoy, an expression that has no value for a request, such as one that reads an absent header, leaves the request out.</remarks>
internal sealed partial class AccessLogFilter
{
    private static readonly BoundedCache<AccessLogFilter> Known = new(text => new AccessLogFilter(text));

    private readonly CelProgram program;
    private readonly string[] headers;

    private AccessLogFilter(string expression)
    {
        program = new CelProgram(CelParser.Parse(expression));
        headers = [.. Texts().Matches(expression).Select(match => match.Groups[1].Value).Distinct()];
    }

    /// <exception cref="CelException">The expression cannot be read.</exception>
    public static AccessLogFilter Parse(string expression) => Known.Get(expression);

    public bool Takes(AccessLogEntry entry, in LoggedAnswer answer)
    {
        try
        {
            return program.Run(Attributes(entry, answer)) is true;
        }
        catch (CelException)
        {
            return false;
        }
    }

    private Dictionary<string, object?> Attributes(AccessLogEntry entry, LoggedAnswer answer)
    {
        var query = entry.Target.IndexOf('?', StringComparison.Ordinal);
        var request = new JsonObject
        {
            ["path"] = entry.Target,
            ["url_path"] = query < 0 ? entry.Target : entry.Target[..query],
            ["query"] = query < 0 ? "" : entry.Target[(query + 1)..],
            ["method"] = entry.Method,
            ["protocol"] = entry.Protocol,
            ["size"] = entry.Received,
            ["headers"] = Headers(answer.Header),
        };
        foreach (var (attribute, header) in ((string, string)[])[("host", "host"), ("useragent", "user-agent"), ("id", "x-request-id"), ("referer", "referer")])
        {
            if (answer.Header(header) is { } value)
            {
                request[attribute] = value;
            }
        }

        return new Dictionary<string, object?>
        {
            ["request"] = request,
            ["response"] = new JsonObject { ["code"] = answer.Status, ["code_details"] = entry.Details, ["size"] = entry.Sent, ["flags"] = ResponseFlags.Bits(entry.Flag) },
            ["connection"] = new JsonObject { ["mtls"] = answer.IsMutualTls, ["requested_server_name"] = answer.ServerName ?? "" },
            ["source"] = Address(answer.Client),
            ["destination"] = Address(answer.Asked),
            ["upstream"] = new JsonObject { ["address"] = entry.UpstreamHost ?? "", ["transport_failure_reason"] = entry.TransportFailure ?? "" },
            ["xds"] = new JsonObject { ["cluster_name"] = entry.UpstreamCluster ?? "", ["route_name"] = entry.RouteName ?? "" },
        };
    }

    /// <summary>Those headers whose names are in the expression.</summary>
    private JsonObject Headers(Func<string, string?> header) =>
        new(headers.Where(name => header(name) is not null).Select(name => KeyValuePair.Create(name, (JsonNode?)header(name))));

    private static JsonObject Address(IPEndPoint? address) => address is null ? [] : new JsonObject { ["address"] = address.ToString(), ["port"] = address.Port };

    [GeneratedRegex("['\"]([A-Za-z0-9-]+)['\"]")]
    private static partial Regex Texts();
}
