using System.Collections.Concurrent;
using System.Diagnostics;
using Provisioner.Stages.Execution;

namespace Provisioner.Telemetry;

/// <summary>Listens to the spans of the stages, and tells whose time the last run took.</summary>
internal sealed class RunTimes : IDisposable
{
    private readonly ConcurrentBag<(DateTime Start, DateTime End)> google = [];
    private readonly ConcurrentBag<(DateTime Start, DateTime End)> steps = [];
    private readonly ActivityListener listener;
    private (DateTime Start, DateTime End)? run;

    public RunTimes()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == StageTelemetry.SourceName,
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = Take,
        };
        ActivitySource.AddActivityListener(listener);
    }

    /// <summary>Null before the first run of the stages has ended.</summary>
    public TimeShares? Shares => run is { } ended ? TimeShares.Of(ended, google, steps) : null;

    public void Dispose() => listener.Dispose();

    private void Take(Activity span)
    {
        var times = (span.StartTimeUtc, span.StartTimeUtc + span.Duration);
        switch (span.GetTagItem(StageTelemetry.KindTag))
        {
            case StageTelemetry.GoogleKind:
                google.Add(times);
                break;
            case StageTelemetry.StepKind:
                steps.Add(times);
                break;
            case StageTelemetry.RunKind:
                run = times;
                break;
        }
    }
}
