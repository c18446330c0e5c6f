using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Emulator.DataPlane.Authorization;
using Emulator.DataPlane.Metrics;

namespace Emulator.DataPlane.Proxy;

/// <summary>Counts a proxy's requests as Istio's standard metrics do.</summary>
internal sealed class ProxyStatistics
{
    private readonly ConcurrentDictionary<RequestKey, RequestFigures> figures = new();
    private readonly ConcurrentDictionary<(int Port, string Action, bool IsDenied), StrongBox> tried = new();
    private volatile MetricRules rules = MetricRules.None;

    /// <summary>What Telemetries change of them.</summary>
    public MetricRules Rules
    {
        get => rules;
        set => rules = value;
    }

    /// <param name="began">When the request began (<see cref="Stopwatch.GetTimestamp"/>).</param>
    public void Count(in RequestKey key, long began)
    {
        if (!rules.IsOff(MetricRules.Requests, key.IsSource) || !rules.IsOff(MetricRules.Duration, key.IsSource))
        {
            figures.GetOrAdd(key, static _ => new RequestFigures()).Add(Stopwatch.GetElapsedTime(began));
        }
    }

    /// <summary>Counts what policies would have done that are tried out only, as Envoy's RBAC filter does for its shadow rules.</summary>
    public void CountTried(ShadowVerdict verdict) =>
        Interlocked.Increment(ref tried.GetOrAdd((verdict.Port, verdict.Action, verdict.IsDenied), static _ => new StrongBox()).Value);

    /// <summary>In Prometheus' text format.</summary>
    public string Render(RequestLabels labels)
    {
        var text = new StringBuilder("# TYPE istio_requests_total counter\n");
        foreach (var (line, group) in Lines(MetricRules.Requests, labels))
        {
            text.Append(CultureInfo.InvariantCulture, $"istio_requests_total{{{line}}} {group.Sum(item => item.Count)}\n");
        }

        text.Append("# TYPE istio_request_duration_milliseconds histogram\n");
        foreach (var (line, group) in Lines(MetricRules.Duration, labels))
        {
            Histogram(text, line, group);
        }

        foreach (var ((port, action, isDenied), counter) in tried)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"envoy_http_inbound_0_0_0_0_{port}_rbac{{authz_dry_run_action=\"{action}\",authz_dry_run_result=\"{(isDenied ? "denied" : "allowed")}\"}} {Interlocked.Read(ref counter.Value)}\n");
        }

        return text.ToString();
    }

    /// <summary>The labels of each line, with the figures that have the same: a changed rule may make lines alike.</summary>
    private IEnumerable<(string Labels, RequestFigures[] Figures)> Lines(string metric, RequestLabels labels)
    {
        var current = rules;
        return figures
            .Where(entry => !current.IsOff(metric, entry.Key.IsSource))
            .GroupBy(
                entry =>
                {
                    var own = labels.Of(entry.Key);
                    current.Change(metric, entry.Key.IsSource, own);
                    return string.Join(',', own.Select(label => $"{label.Key}=\"{Escape(label.Value)}\""));
                },
                entry => entry.Value)
            .Select(group => (group.Key, group.ToArray()));
    }

    private static void Histogram(StringBuilder text, string labels, RequestFigures[] figures)
    {
        var total = 0L;
        for (var index = 0; index <= RequestFigures.Bounds.Length; index++)
        {
            total += figures.Sum(item => item.Bucket(index));
            var bound = index < RequestFigures.Bounds.Length ? RequestFigures.Bounds[index].ToString(CultureInfo.InvariantCulture) : "+Inf";
            text.Append(CultureInfo.InvariantCulture, $"istio_request_duration_milliseconds_bucket{{{labels},le=\"{bound}\"}} {total}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"istio_request_duration_milliseconds_sum{{{labels}}} {figures.Sum(item => item.Milliseconds):0.###}\n");
        text.Append(CultureInfo.InvariantCulture, $"istio_request_duration_milliseconds_count{{{labels}}} {total}\n");
    }

    private static string Escape(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    private sealed class StrongBox
    {
        public long Value;
    }
}
