using System.Diagnostics;

namespace Emulator.Telemetry;

/// <summary>The numbers of OTLP's Span.SpanKind.</summary>
internal enum SpanKind
{
    Internal = 1,
    Server = 2,
    Client = 3,
}

/// <summary>One finished span on its way to the collector.</summary>
internal sealed class Span
{
    public required PodResource Resource { get; init; }

    public required string Scope { get; init; }

    public required string Name { get; init; }

    public required SpanKind Kind { get; init; }

    public required ActivityTraceId TraceId { get; init; }

    public required ActivitySpanId SpanId { get; init; }

    public ActivitySpanId ParentId { get; init; }

    public required long StartNanoseconds { get; init; }

    public required long EndNanoseconds { get; init; }

    public List<KeyValuePair<string, object?>> Attributes { get; init; } = [];

    public bool Failed { get; init; }

    public string? Error { get; init; }

    public static long Nanoseconds(DateTime utc) => (utc.Ticks - DateTime.UnixEpoch.Ticks) * 100;
}
