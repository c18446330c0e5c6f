using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Emulator.DataPlane.Authorization;

namespace Emulator.DataPlane.Proxy;

/// <summary>Counts a proxy's requests as Istio's <c>istio_requests_total</c> does.</summary>
internal sealed class ProxyStatistics(ProxyWorkload workload)
{
    private readonly ConcurrentDictionary<(string Reporter, string Peer, int Status, string Flag), Counter> counters = new();
    private readonly ConcurrentDictionary<(int Port, string Action, bool IsDenied), Counter> tried = new();

    public void Count(string reporter, string peer, int status, string? flag) =>
        Interlocked.Increment(ref counters.GetOrAdd((reporter, peer, status, flag ?? "-"), static _ => new Counter()).Value);

    /// <summary>Counts what policies would have done that are tried out only, as Envoy's RBAC filter does for its shadow rules.</summary>
    public void CountTried(ShadowVerdict verdict) =>
        Interlocked.Increment(ref tried.GetOrAdd((verdict.Port, verdict.Action, verdict.IsDenied), static _ => new Counter()).Value);

    public long Total => counters.Values.Sum(counter => Interlocked.Read(ref counter.Value));

    /// <summary>In Prometheus' text format.</summary>
    public string Render()
    {
        var text = new StringBuilder("# TYPE istio_requests_total counter\n");
        foreach (var ((reporter, peer, status, flag), counter) in counters)
        {
            var own = $"{workload.Namespace}/{workload.ServiceAccount}";
            var (source, destination) = reporter == "source" ? (own, peer) : (peer, own);
            text.Append(
                CultureInfo.InvariantCulture,
                $"istio_requests_total{{reporter=\"{reporter}\",source_principal=\"{source}\",destination_service=\"{destination}\",");
            text.Append(
                CultureInfo.InvariantCulture,
                $"request_protocol=\"http\",response_code=\"{status}\",response_flags=\"{flag}\"}} {Interlocked.Read(ref counter.Value)}\n");
        }

        foreach (var ((port, action, isDenied), counter) in tried)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"envoy_http_inbound_0_0_0_0_{port}_rbac{{authz_dry_run_action=\"{action}\",authz_dry_run_result=\"{(isDenied ? "denied" : "allowed")}\"}} {Interlocked.Read(ref counter.Value)}\n");
        }

        return text.ToString();
    }

    private sealed class Counter
    {
        public long Value;
    }
}
