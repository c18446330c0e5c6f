using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace Whereami.Http;

/// <summary>Counts and durations of requests, under the names of the original's Prometheus exporter.</summary>
internal sealed class RequestMetrics
{
    public static readonly StringValues ContentType = "text/plain; version=0.0.4; charset=utf-8";

    // Every path is answered, so callers decide how many there are; beyond this many they are counted together.
    private const int MostPaths = 256;
    private static readonly double[] Bounds = [.005, .01, .025, .05, .075, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10];

    private readonly ConcurrentDictionary<Series, Histogram> durations = new();

    public void Count(string method, string path, int status, TimeSpan elapsed)
    {
        if (!durations.TryGetValue(new Series(method, path, status), out var histogram))
        {
            histogram = durations.GetOrAdd(new Series(Known(method), durations.Count < MostPaths ? path : "other", status), static _ => new Histogram());
        }

        histogram.Add(elapsed);
    }

    public byte[] Render()
    {
        var text = new StringBuilder()
            .AppendLine("# HELP flask_http_request_duration_seconds Flask HTTP request duration in seconds")
            .AppendLine("# TYPE flask_http_request_duration_seconds histogram");
        var totals = new SortedDictionary<(string Method, int Status), long>();
        foreach (var (series, histogram) in durations)
        {
            var labels = string.Create(CultureInfo.InvariantCulture, $"method=\"{series.Method}\",path=\"{Escape(series.Path)}\",status=\"{series.Status}\"");
            var count = histogram.Render(text, labels);
            totals[(series.Method, series.Status)] = totals.GetValueOrDefault((series.Method, series.Status)) + count;
        }

        text.AppendLine("# HELP flask_http_request_total Total number of HTTP requests").AppendLine("# TYPE flask_http_request_total counter");
        foreach (var ((method, status), count) in totals)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"flask_http_request_total{{method=\"{method}\",status=\"{status}\"}} {count}");
        }

        return Encoding.UTF8.GetBytes(text.Replace("\r\n", "\n").ToString());
    }

    private static string Known(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method)
        || HttpMethods.IsPost(method) || HttpMethods.IsPut(method) || HttpMethods.IsDelete(method) || HttpMethods.IsPatch(method) ? method : "other";

    private static string Escape(string value) => value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");

    private readonly record struct Series(string Method, string Path, int Status);

    private sealed class Histogram
    {
        private readonly long[] counts = new long[Bounds.Length + 1];
        private long ticks;

        public void Add(TimeSpan elapsed)
        {
            var bucket = 0;
            while (bucket < Bounds.Length && elapsed.TotalSeconds > Bounds[bucket])
            {
                bucket++;
            }

            Interlocked.Increment(ref counts[bucket]);
            Interlocked.Add(ref ticks, elapsed.Ticks);
        }

        public long Render(StringBuilder text, string labels)
        {
            long count = 0;
            for (var bucket = 0; bucket <= Bounds.Length; bucket++)
            {
                count += Interlocked.Read(ref counts[bucket]);
                var bound = bucket < Bounds.Length ? Bounds[bucket].ToString("0.0##", CultureInfo.InvariantCulture) : "+Inf";
                text.AppendLine(CultureInfo.InvariantCulture, $"flask_http_request_duration_seconds_bucket{{{labels},le=\"{bound}\"}} {count}");
            }

            text.AppendLine(CultureInfo.InvariantCulture, $"flask_http_request_duration_seconds_count{{{labels}}} {count}");
            text.AppendLine(CultureInfo.InvariantCulture,
                $"flask_http_request_duration_seconds_sum{{{labels}}} {new TimeSpan(Interlocked.Read(ref ticks)).TotalSeconds}");
            return count;
        }
    }
}
