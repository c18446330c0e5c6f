using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ServiceDefaults;

/// <summary>Traces, metrics and logs of this process over OTLP.</summary>
/// <remarks>
/// A process exports only what it names: sources and meters that are called <c>Lab.</c>something.
/// ASP.NET Core's own instrumentation stays off, because it would claim the requests of pods that run in this process (they have resources of their own).
/// </remarks>
public static class Telemetry
{
    /// <summary>The beginning of the names of activity sources and meters that the process exports as its own.</summary>
    public const string SourcePrefix = "Lab.";

    /// <summary>How many traces may begin per second in one process; the dashboard shows no more, and requests stay cheap.</summary>
    public const int TracesPerSecond = 200;

    /// <summary>The resource of this process: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win over what is given here.</summary>
    public static ResourceBuilder Resource(string serviceName) => ResourceBuilder.CreateEmpty()
        .AddService(serviceName, serviceInstanceId: Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture))
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();

    // The library keeps room for 2,000 combinations of labels an instrument from the start; no instrument here has that many.
    private const int LabelCombinations = 200;

    internal static void AddOtlp(this IHostApplicationBuilder builder, string serviceName)
    {
        var settings = OtlpSettings.FromEnvironment()!;
        var resource = Resource(serviceName);
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
            logging.SetResourceBuilder(resource);
            logging.AddProcessor(new BatchLogRecordExportProcessor(new OtlpLogExporter(settings.ForSignal("logs")), scheduledDelayMilliseconds: 1000));
        });
        builder.Services.AddOpenTelemetry()
            .WithTracing(tracing => tracing
                .SetResourceBuilder(resource)
                .AddSource(SourcePrefix + "*")
                .SetSampler(new ParentBasedSampler(new RateSampler(new TraceRate(TracesPerSecond, TimeProvider.System))))
                .AddProcessor(_ => new BatchActivityExportProcessor(
                    new OtlpTraceExporter(settings.ForSignal("traces")), maxQueueSize: 16384, scheduledDelayMilliseconds: 500, maxExportBatchSize: 2048)))
            .WithMetrics(metrics => metrics
                .SetResourceBuilder(resource)
                .AddMeter(SourcePrefix + "*", "System.Runtime")
                .AddView(_ => new MetricStreamConfiguration { CardinalityLimit = LabelCombinations })
                .AddReader(_ => new PeriodicExportingMetricReader(
                    new OtlpMetricExporter(settings.ForSignal("metrics")), exportIntervalMilliseconds: 5000)));
    }
}
