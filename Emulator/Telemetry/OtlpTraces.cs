using System.Globalization;

namespace Emulator.Telemetry;

/// <summary>Encodes spans as OTLP's ExportTraceServiceRequest (opentelemetry/proto/trace/v1/trace.proto), grouped by resource.</summary>
internal static class OtlpTraces
{
    private const int StatusError = 2;

    public static ReadOnlyMemory<byte> Encode(IEnumerable<Span> spans)
    {
        var request = new ProtobufWriter();
        foreach (var group in spans.GroupBy(span => span.Resource))
        {
            request.Message(1, resourceSpans =>
            {
                resourceSpans.Message(1, resource =>
                {
                    foreach (var (key, value) in group.Key.Attributes)
                    {
                        Attribute(resource, 1, key, value);
                    }
                });
                foreach (var scope in group.GroupBy(span => span.Scope))
                {
                    resourceSpans.Message(2, scopeSpans =>
                    {
                        scopeSpans.Message(1, name => name.Text(1, scope.Key));
                        foreach (var span in scope)
                        {
                            scopeSpans.Message(2, target => Encode(target, span));
                        }
                    });
                }
            });
        }

        return request.Written;
    }

    private static void Encode(ProtobufWriter target, Span span)
    {
        Span<byte> id = stackalloc byte[16];
        span.TraceId.CopyTo(id);
        target.Bytes(1, id);
        span.SpanId.CopyTo(id[..8]);
        target.Bytes(2, id[..8]);
        if (span.ParentId != default)
        {
            span.ParentId.CopyTo(id[..8]);
            target.Bytes(4, id[..8]);
        }

        target.Text(5, span.Name);
        target.Integer(6, (int)span.Kind);
        target.Fixed(7, (ulong)span.StartNanoseconds);
        target.Fixed(8, (ulong)span.EndNanoseconds);
        foreach (var (key, value) in span.Attributes)
        {
            Attribute(target, 9, key, value);
        }

        if (span.Failed)
        {
            target.Message(15, status =>
            {
                status.Text(2, span.Error ?? "");
                status.Integer(3, StatusError);
            });
        }
    }

    private static void Attribute(ProtobufWriter target, int field, string key, object? value) => target.Message(field, pair =>
    {
        pair.Text(1, key);
        pair.Message(2, any =>
        {
            switch (value)
            {
                case bool flag:
                    any.Integer(2, flag ? 1 : 0);
                    break;
                case int or long or short or byte:
                    any.Integer(3, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                    break;
                default:
                    any.Text(1, Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
                    break;
            }
        });
    });
}
