using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Emulator.Storage;
using ServiceDefaults;

namespace Emulator.Telemetry;

/// <summary>The traces of all pods of this process: each pod its own source and resource, one way out for all.</summary>
/// <remarks>Parent-based: a request that comes with a trace follows its decision; others begin one, up to <see cref="ServiceDefaults.Telemetry.TracesPerSecond"/>.</remarks>
internal sealed class PodTelemetry : IDisposable
{
    private const string OwnerTag = "lab.owner";

    /// <summary>Spans that wait for the collector; more are dropped and counted.</summary>
    private const int MaximumWaiting = 16_384;

    private readonly ConcurrentDictionary<string, PodResource> resources = new();
    private readonly Channel<Span> spans = Channel.CreateBounded<Span>(new BoundedChannelOptions(MaximumWaiting) { SingleReader = true });
    private readonly ActivityListener? listener;
    private readonly ClusterOptions cluster;
    private long droppedSpans;

    public PodTelemetry(ClusterOptions cluster, OtlpExporter exporter, TimeProvider time)
    {
        this.cluster = cluster;
        IsEnabled = exporter.IsEnabled;
        Rate = new TraceRate(ServiceDefaults.Telemetry.TracesPerSecond, time);
        if (IsEnabled)
        {
            listener = new ActivityListener
            {
                ShouldListenTo = source => Find(source) is not null,
                Sample = Sample,
                ActivityStopped = Stopped,
            };
            ActivitySource.AddActivityListener(listener);
        }
    }

    /// <summary>Whether there is a collector to send to.</summary>
    public bool IsEnabled { get; }

    public TraceRate Rate { get; }

    public ChannelReader<Span> Finished => spans.Reader;

    public PodResource Resource(JsonObject pod, JsonObject node) =>
        resources.GetOrAdd(pod.Uid(), _ => PodResource.Of(pod, node, cluster));

    /// <summary>A source whose activities are exported as the pod's; dispose of it with the container.</summary>
    public ActivitySource CreateSource(JsonObject pod, JsonObject node, string name)
    {
        // The listener is asked about a source while that is constructed, so the source must say by then whose it is.
        return new ActivitySource(name, version: null, tags: [new(OwnerTag, new Owner(this, Resource(pod, node)))]);
    }

    public void Forget(JsonObject pod) => resources.TryRemove(pod.Uid(), out _);

    public void Export(Span span)
    {
        if (!spans.Writer.TryWrite(span))
        {
            Interlocked.Increment(ref droppedSpans);
        }
    }

    public long TakeDroppedSpans() => Interlocked.Exchange(ref droppedSpans, 0);

    public void Dispose() => listener?.Dispose();

    private ActivitySamplingResult Sample(ref ActivityCreationOptions<ActivityContext> options)
    {
        var record = options.Parent.TraceId == default ? Rate.TryBegin() : options.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded);
        return record ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.PropagationData;
    }

    private void Stopped(Activity activity)
    {
        if (activity.Recorded && Find(activity.Source) is { } resource)
        {
            var start = Span.Nanoseconds(activity.StartTimeUtc);
            Export(new Span
            {
                Resource = resource,
                Scope = activity.Source.Name,
                Name = activity.DisplayName,
                Kind = activity.Kind switch { ActivityKind.Server => SpanKind.Server, ActivityKind.Client => SpanKind.Client, _ => SpanKind.Internal },
                TraceId = activity.TraceId,
                SpanId = activity.SpanId,
                ParentId = activity.ParentSpanId,
                StartNanoseconds = start,
                EndNanoseconds = start + (activity.Duration.Ticks * 100),
                Attributes = [.. activity.TagObjects],
                Failed = activity.Status is ActivityStatusCode.Error,
                Error = activity.StatusDescription,
            });
        }
    }

    private PodResource? Find(ActivitySource source) =>
        source.Tags?.FirstOrDefault(tag => tag.Key == OwnerTag).Value is Owner owner && owner.Telemetry == this ? owner.Resource : null;

    private sealed record Owner(PodTelemetry Telemetry, PodResource Resource);
}
