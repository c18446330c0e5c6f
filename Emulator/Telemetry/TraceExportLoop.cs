namespace Emulator.Telemetry;

/// <summary>Sends finished spans in batches, and says once a minute what was dropped.</summary>
internal sealed class TraceExportLoop(PodTelemetry telemetry, OtlpExporter exporter, TimeProvider time, ILogger<TraceExportLoop> logger) : BackgroundService
{
    private const int BatchSize = 1_024;
    private static readonly TimeSpan BatchTime = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ReportTime = TimeSpan.FromMinutes(1);

    private long reported;
    private bool isFailing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!telemetry.IsEnabled)
        {
            return;
        }

        reported = time.GetTimestamp();
        List<Span> batch = [];
        try
        {
            while (await telemetry.Finished.WaitToReadAsync(stoppingToken))
            {
                await Task.Delay(BatchTime, time, stoppingToken);
                await SendWaitingAsync(batch, stoppingToken);
                Report();
            }
        }
        catch (OperationCanceledException)
        {
            using var last = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
            await SendWaitingAsync(batch, last.Token);
        }
    }

    private async Task SendWaitingAsync(List<Span> batch, CancellationToken cancellation)
    {
        do
        {
            batch.Clear();
            while (batch.Count < BatchSize && telemetry.Finished.TryRead(out var span))
            {
                batch.Add(span);
            }

            await SendAsync(batch, cancellation);
        }
        while (batch.Count == BatchSize);
    }

    private async Task SendAsync(List<Span> batch, CancellationToken cancellation)
    {
        if (batch.Count == 0)
        {
            return;
        }

        try
        {
            await exporter.SendAsync(OtlpTraces.Encode(batch), cancellation);
            isFailing = false;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            if (!isFailing && !cancellation.IsCancellationRequested)
            {
                isFailing = true;
                logger.LogWarning("Traces are lost until the collector answers again: {Error}", e.Message);
            }
        }
    }

    private void Report()
    {
        if (time.GetElapsedTime(reported) < ReportTime)
        {
            return;
        }

        reported = time.GetTimestamp();
        var traces = telemetry.Rate.TakeDropped();
        var spans = telemetry.TakeDroppedSpans();
        if (traces + spans > 0)
        {
            logger.LogInformation(
                "Tracing keeps {Rate} traces per second: {Traces} traces did not begin and {Spans} spans were dropped since the last minute",
                telemetry.Rate.PerSecond, traces, spans);
        }
    }
}
