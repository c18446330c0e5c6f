using CliWrap;
using CliWrap.Buffered;

namespace Bench;

/// <summary>The load generator wrk, five seconds with one thread.</summary>
internal static class Wrk
{
    public static async Task RunAsync(string what, string url, int connections, bool print = true, bool close = false)
    {
        var result = await Cli.Wrap("wrk")
            .WithArguments(["--latency", "-t", "1", "-c", connections.ToString(), "-d", "5s", .. close ? ["-H", "Connection: close"] : Array.Empty<string>(), url])
            .ExecuteBufferedAsync();
        if (!print)
        {
            return;
        }

        // wrk prints "    50%    1.23ms", "Requests/sec:   1234.56" and, when there are any, "Non-2xx or 3xx responses: 7".
        var lines = result.StandardOutput.Split('\n', StringSplitOptions.TrimEntries);
        string After(string start) => lines.FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal))?[start.Length..].Trim() ?? "-";
        var faults = After("Non-2xx or 3xx responses:");
        Console.WriteLine($"  {what,-60} {After("Requests/sec:"),10} req/s   p50 {After("50%"),8}   p99 {After("99%"),8}{(faults == "-" ? "" : $"   FAILED {faults}")}");
    }
}
