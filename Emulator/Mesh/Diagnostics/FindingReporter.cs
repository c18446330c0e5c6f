using System.Text.Json.Nodes;
using Emulator.Controllers;
using Emulator.Mesh.Conversion;

namespace Emulator.Mesh.Diagnostics;

/// <summary>Tells of faults in the configuration once they have lasted: objects that refer to each other rarely arrive together.</summary>
internal sealed class FindingReporter(EventRecorder events, TimeProvider time, Action<string> log)
{
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(750);

    private readonly SemaphoreSlim updated = new(0, 1);
    private volatile IReadOnlyList<Finding> latest = [];
    private HashSet<Finding> reported = [];

    public void Update(IReadOnlyList<Finding> findings)
    {
        latest = findings;
        if (updated.CurrentCount == 0)
        {
            updated.Release();
        }
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await updated.WaitAsync(cancellation);
            await Task.Delay(Settled, time, cancellation);
            var now = latest.ToHashSet();
            foreach (var finding in now.Except(reported))
            {
                log($"{(finding.Level == "Error" ? "error" : "warn")}\t{finding}");
                events.Warning(AboutOf(finding), "istiod", finding.Code, $"{finding.Level} [{finding.Code}] {finding.Message}");
            }

            foreach (var finding in reported.Except(now))
            {
                log($"info\tresolved: {finding}");
            }

            reported = now;
        }
    }

    private static JsonObject AboutOf(Finding finding) => new()
    {
        ["apiVersion"] = finding.ApiVersion,
        ["kind"] = finding.Kind,
        ["metadata"] = new JsonObject { ["namespace"] = finding.Namespace, ["name"] = finding.Name, ["uid"] = finding.Uid },
    };
}
