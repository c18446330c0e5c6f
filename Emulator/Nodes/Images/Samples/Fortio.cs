using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Emulator.Nodes.Samples;

/// <summary>The load generator of Istio's circuit breaking task: <c>fortio load</c> and <c>fortio curl</c> ask as the pod does, and sum up as fortio does.</summary>
internal static class Fortio
{
    public static SampleApp Create(SamplePod pod) => new(8080, context => Json.TextAsync(context, "fortio\n"))
    {
        Execute = command => command[0].Split('/')[^1] == "fortio" ? new ProgramStreams((write, cancellation) => RunAsync(pod.Client, command, write, cancellation)) : null,
    };

    private static async Task<int> RunAsync(HttpClient client, IReadOnlyList<string> command, Action<string> write, CancellationToken cancellation)
    {
        try
        {
            var options = FortioOptions.Parse(command);
            return options.Verb == "curl" ? await CurlAsync(client, options, write, cancellation) : await LoadAsync(client, options, write, cancellation);
        }
        catch (FormatException e)
        {
            write(e.Message);
            return 1;
        }
    }

    private static async Task<int> CurlAsync(HttpClient client, FortioOptions options, Action<string> write, CancellationToken cancellation)
    {
        using var limit = Limit(options, cancellation);
        try
        {
            using var response = await client.SendAsync(Request(options), limit.Token);
            write($"HTTP/{response.Version} {(int)response.StatusCode} {response.ReasonPhrase}");
            foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
            {
                write($"{name.ToLowerInvariant()}: {string.Join(", ", values)}");
            }

            write("");
            write(await response.Content.ReadAsStringAsync(limit.Token));
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            write($"Error status -1 : {e.Message}");
            return 1;
        }
    }

    private static async Task<int> LoadAsync(HttpClient client, FortioOptions options, Action<string> write, CancellationToken cancellation)
    {
        write(string.Create(
            CultureInfo.InvariantCulture,
            $"Fortio (embedded) running at {options.Rate:0.##} queries per second, {options.Connections} connections, {(options.Calls > 0 ? $"for {options.Calls} calls" : $"for {options.Duration.TotalSeconds:0.###}s")}: {options.Url}"));
        var times = new ConcurrentBag<double>();
        var codes = new ConcurrentDictionary<int, int>();
        var clock = Stopwatch.StartNew();
        var next = 0;

        async Task AskAsync()
        {
            while (true)
            {
                var number = Interlocked.Increment(ref next) - 1;
                var due = options.Rate > 0 ? TimeSpan.FromSeconds(number / options.Rate) : TimeSpan.Zero;
                if (options.Calls > 0 ? number >= options.Calls : clock.Elapsed >= options.Duration || due >= options.Duration)
                {
                    return;
                }

                if (due - clock.Elapsed is var wait && wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, cancellation);
                }

                var began = Stopwatch.GetTimestamp();
                var code = await CodeAsync(client, options, cancellation);
                times.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
                codes.AddOrUpdate(code, 1, (_, count) => count + 1);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, options.Connections).Select(_ => Task.Run(AskAsync, cancellation)));
        Sum(clock.Elapsed, [.. times.Order()], codes, write);
        return 0;
    }

    /// <summary>The status of one answer; -1, as fortio has it, where there is none.</summary>
    private static async Task<int> CodeAsync(HttpClient client, FortioOptions options, CancellationToken cancellation)
    {
        using var limit = Limit(options, cancellation);
        try
        {
            using var response = await client.SendAsync(Request(options), limit.Token);
            return (int)response.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            return -1;
        }
    }

    private static void Sum(TimeSpan taken, double[] times, ConcurrentDictionary<int, int> codes, Action<string> write)
    {
        var count = Math.Max(1, times.Length);
        string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
        write(Text($"Ended after {taken.TotalMilliseconds:0.###}ms : {times.Length} calls. qps={times.Length / taken.TotalSeconds:0.##}"));
        write(Text($"Aggregated Function Time : count {times.Length} avg {times.Sum() / count:0.########} min {times.FirstOrDefault():0.########} max {times.LastOrDefault():0.########} sum {times.Sum():0.########}"));
        foreach (var percent in (int[])[50, 75, 90, 99])
        {
            write(Text($"# target {percent}% {times.ElementAtOrDefault(Math.Min(times.Length - 1, times.Length * percent / 100)):0.########}"));
        }

        foreach (var (code, found) in codes.OrderBy(entry => entry.Key))
        {
            write(Text($"Code {code,3} : {found} ({100.0 * found / count:0.0} %)"));
        }

        write(Text($"All done {times.Length} calls (plus 0 warmup) {1000 * times.Sum() / count:0.000} ms avg, {times.Length / taken.TotalSeconds:0.0} qps"));
    }

    private static HttpRequestMessage Request(FortioOptions options)
    {
        var request = new HttpRequestMessage(options.Payload is null ? HttpMethod.Get : HttpMethod.Post, options.Url)
        {
            Content = options.Payload is { } payload ? new StringContent(payload) : null,
        };
        request.Headers.TryAddWithoutValidation("User-Agent", "fortio.org/fortio-embedded");
        foreach (var (name, value) in options.Headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static CancellationTokenSource Limit(FortioOptions options, CancellationToken cancellation)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.Timeout);
        return limit;
    }
}
