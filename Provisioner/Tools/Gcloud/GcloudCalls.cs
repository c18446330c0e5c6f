using System.Collections.Concurrent;
using System.Globalization;

namespace Provisioner.Tools.Gcloud;

/// <summary>Every call of gcloud that this run made, with its time; also appended to <c>.lab/gcloud.log</c>.</summary>
internal sealed class GcloudCalls(string? directory)
{
    public const string FileName = "gcloud.log";

    private readonly ConcurrentQueue<GcloudCall> calls = new();
    private readonly Lock gate = new();

    public IReadOnlyList<GcloudCall> All => [.. calls];

    public void Add(GcloudCall call)
    {
        calls.Enqueue(call);
        if (directory is null)
        {
            return;
        }

        var line = string.Create(
            CultureInfo.InvariantCulture, $"{call.StartedAt:HH:mm:ss.fff} {call.Elapsed.TotalSeconds,7:0.00} s  exit {call.ExitCode}  {call.Line}{Environment.NewLine}");
        try
        {
            lock (gate)
            {
                File.AppendAllText(Path.Combine(directory, FileName), line);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The record is for reading; a full disk or a folder that is gone shows elsewhere.
        }
    }

    /// <summary>The calls by kind: how often, how long in all, how long at most.</summary>
    public IReadOnlyList<string> Table()
    {
        var kinds = All.GroupBy(call => Kind(call.Line))
            .Select(group => (Kind: group.Key, Count: group.Count(), Sum: group.Sum(call => call.Elapsed.TotalSeconds), Most: group.Max(call => call.Elapsed.TotalSeconds)))
            .OrderByDescending(kind => kind.Sum)
            .ToArray();
        return
        [
            .. kinds.Select(kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Count,4} × {kind.Kind,-48} {kind.Sum,7:0.0} s in all, {kind.Most:0.0} s at most")),
            string.Create(CultureInfo.InvariantCulture, $"{All.Count,4} calls of gcloud, {kinds.Sum(kind => kind.Sum):0.0} s in all, side by side"),
        ];
    }

    // gcloud container clusters create multi-cluster-demo-us --project=… → container clusters create
    private static string Kind(string line) =>
        string.Join(' ', line.Split(' ').Skip(1).TakeWhile(word => !word.StartsWith('-')).Take(line.Contains(" container fleet ", StringComparison.Ordinal) ? 4 : 3));
}
