using System.Diagnostics;
using Emulator.Telemetry;

namespace Emulator.DataPlane.Tracing;

/// <summary>A span under way; only recorded requests have one.</summary>
internal sealed class ProxySpan(ProxyTracer tracer, ActivityTraceId traceId, ActivitySpanId parentId, SpanKind kind)
{
    public ActivityTraceId TraceId => traceId;

    public ActivitySpanId SpanId { get; } = ActivitySpanId.CreateRandom();

    public ActivitySpanId ParentId => parentId;

    public SpanKind Kind => kind;

    public long Start { get; } = Span.Nanoseconds(DateTime.UtcNow);

    public List<KeyValuePair<string, object?>> Attributes { get; } = [];

    /// <summary>What the next hop is told.</summary>
    public string TraceParent => $"00-{TraceId}-{SpanId}-01";

    public ProxySpan Child(SpanKind childKind) => new(tracer, TraceId, SpanId, childKind);

    public void Set(string key, object? value) => Attributes.Add(new(key, value));

    public void End(string name, int status, string? error = null)
    {
        Set("http.response.status_code", status);
        tracer.Export(this, name, status >= 500 || error is not null, error);
    }
}
