using System.Globalization;
using Forwarding;

namespace Emulator.DataPlane.Forwarding;

/// <summary>What Envoy adds between a client and an endpoint.</summary>
/// <param name="traceParent">Replaces the client's own; null: that goes on as it is.</param>
/// <param name="attempt">0 for the first.</param>
internal sealed class MeshHeaders(string? traceParent, int attempt) : ExchangeHeaders
{
    public override bool Omits(string name) => traceParent is not null && name.Length == 11 && name.Equals("traceparent", StringComparison.OrdinalIgnoreCase);

    public override void Add(RequestHead head)
    {
        if (traceParent is not null)
        {
            head.Header("traceparent", traceParent);
        }

        head.Header("x-envoy-attempt-count", attempt == 0 ? "1" : (attempt + 1).ToString(CultureInfo.InvariantCulture));
    }

    public override void Complete(HttpResponse response, long elapsed)
    {
        response.Headers.Server = Answers.ServerName;
        response.Headers["x-envoy-upstream-service-time"] = Milliseconds.Text(elapsed);
    }
}
