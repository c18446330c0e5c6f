using System.Collections.Immutable;
using System.Diagnostics;
using Emulator.Mesh;
using Emulator.Telemetry;

namespace Emulator.DataPlane.Tracing;

/// <summary>Begins the spans of one proxy: follows the decision a request comes with, else decides.</summary>
internal sealed class ProxyTracer(PodTelemetry telemetry, PodResource resource)
{
    private const int TraceParentLength = 55;

    /// <summary>Share of the traces that begin here which are recorded, 0 to 100.</summary>
    public double Percent { get; set; } = 100;

    /// <summary>What every span gets besides.</summary>
    public ImmutableArray<MeshTracingTag> Tags { get; set; } = [];

    /// <summary>Begins a span for a request. A request that is not recorded costs no more than a look at its headers.</summary>
    /// <param name="headers">Gets a traceparent when it has none, so that nobody after this proxy decides anew.</param>
    public ProxySpan? Begin(IHeaderDictionary headers, SpanKind kind)
    {
        if (!telemetry.IsEnabled)
        {
            return null;
        }

        if (headers.TryGetValue("traceparent", out var values) && values.Count == 1 && values[0] is { Length: >= TraceParentLength } parent)
        {
            return Tagged(Begin(parent, kind), headers);
        }

        var span = Root(kind);
        headers["traceparent"] = span is null ? NotRecorded() : span.TraceParent;
        return Tagged(span, headers);
    }

    /// <summary>Begins a span under a traceparent; null when that says that nothing is recorded.</summary>
    public ProxySpan? Begin(string traceParent, SpanKind kind) =>
        telemetry.IsEnabled && IsRecorded(traceParent) && ActivityContext.TryParse(traceParent, null, out var context)
            ? new ProxySpan(this, context.TraceId, context.SpanId, kind)
            : null;

    public ProxySpan? Root(SpanKind kind) =>
        telemetry.IsEnabled && (Percent >= 100 || Random.Shared.NextDouble() * 100 < Percent) && telemetry.Rate.TryBegin()
            ? new ProxySpan(this, ActivityTraceId.CreateRandom(), default, kind)
            : null;

    /// <summary>Puts the tags on a span, if there is one.</summary>
    /// <param name="header">A header of the request, or null.</param>
    public ProxySpan? Tagged(ProxySpan? span, Func<string, string?> header)
    {
        foreach (var tag in span is null ? [] : Tags)
        {
            if (((tag.Header is { } name ? header(name) : null) ?? tag.Value) is { } value)
            {
                span!.Set(tag.Name, value);
            }
        }

        return span;
    }

    public void Export(ProxySpan span, string name, bool failed, string? error) => telemetry.Export(new Span
    {
        Resource = resource,
        Scope = "istio-proxy",
        Name = name,
        Kind = span.Kind,
        TraceId = span.TraceId,
        SpanId = span.SpanId,
        ParentId = span.ParentId,
        StartNanoseconds = span.Start,
        EndNanoseconds = Span.Nanoseconds(DateTime.UtcNow),
        Attributes = span.Attributes,
        Failed = failed,
        Error = error,
    });

    private ProxySpan? Tagged(ProxySpan? span, IHeaderDictionary headers) =>
        span is null || Tags.IsEmpty ? span : Tagged(span, name => headers.TryGetValue(name, out var value) && value.Count > 0 ? value.ToString() : null);

    /// <summary>The last bit of the last hexadecimal digit of the flags.</summary>
    private static bool IsRecorded(string traceParent) => traceParent[TraceParentLength - 1] is '1' or '3' or '5' or '7' or '9' or 'b' or 'd' or 'f';

    private static string NotRecorded() => $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-00";
}
