using Google.Protobuf;

namespace Provisioner.Telemetry;

/// <summary>Gives the resources in an OTLP export request the lab's attributes.</summary>
/// <remarks>
/// The requests of all three signals have the same outline: field 1, repeated, holds a resource (its field 1) and what was observed of it; a resource's
/// field 1, repeated, is a KeyValue: key in field 1, and in field 2 an AnyValue, whose field 1 is a string. Everything else is copied as it is.
/// </remarks>
internal static class ResourceRewrite
{
    private const int First = 1;
    private const int Second = 2;
    private const int Attributes = 9;

    /// <param name="request">An ExportTraceServiceRequest, or that of metrics or logs.</param>
    /// <param name="attributes">
    /// The attributes to set, for a resource of the given <c>service.name</c> and, where spans name it, the proxy's <c>node_id</c>; they replace those of the same key.
    /// </param>
    /// <exception cref="InvalidProtocolBufferException">It is no protobuf message.</exception>
    public static byte[] Apply(byte[] request, Func<string, string?, IReadOnlyDictionary<string, string>> attributes) =>
        Copy(request, First, resource => WithResource(resource, attributes));

    private static byte[] WithResource(byte[] entry, Func<string, string?, IReadOnlyDictionary<string, string>> attributes)
    {
        var hasResource = false;
        var node = NodeOf(entry);
        var copied = Copy(entry, First, resource =>
        {
            hasResource = true;
            return WithAttributes(resource, node, attributes);
        });
        // Fields may come in any order, and a message without its resource is a valid one.
        return hasResource ? copied : [.. Field(First, WithAttributes([], node, attributes)), .. copied];
    }

    private static byte[] WithAttributes(byte[] resource, string? node, Func<string, string?, IReadOnlyDictionary<string, string>> attributes)
    {
        var name = "";
        Visit(resource, First, pair => name = KeyOf(pair) == "service.name" ? TextOf(pair) : name);
        var wanted = attributes(name, node);
        var kept = Copy(resource, First, pair => wanted.ContainsKey(KeyOf(pair)) ? null : pair);
        return [.. kept, .. wanted.SelectMany(entry => Field(First, Pair(entry.Key, entry.Value)))];
    }

    /// <summary>Envoy's name for itself, which it gives every span: <c>sidecar~10.10.0.5~POD.NAMESPACE~NAMESPACE.svc.cluster.local</c>.</summary>
    private static string? NodeOf(byte[] entry)
    {
        // ScopeSpans are field 2 of the entry, spans field 2 of those, and attributes field 9 of a span.
        string? node = null;
        try
        {
            Visit(entry, Second, scope => Visit(scope, Second, span => Visit(span, Attributes, pair =>
            {
                if (node is null && KeyOf(pair) == "node_id")
                {
                    node = TextOf(pair);
                }
            })));
        }
        catch (InvalidProtocolBufferException)
        {
            // Logs and metrics have other things in these places, which need not be messages.
        }

        return node;
    }

    private static void Visit(byte[] message, int field, Action<byte[]> visit)
    {
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag and not 0)
        {
            if (tag == WireFormat.MakeTag(field, WireFormat.WireType.LengthDelimited))
            {
                visit(input.ReadBytes().ToByteArray());
            }
            else
            {
                input.SkipLastField();
            }
        }
    }

    /// <summary>Copies a message; each sub-message of one field is replaced, or left out where the answer is null.</summary>
    private static byte[] Copy(byte[] message, int field, Func<byte[], byte[]?> replace)
    {
        using var target = new MemoryStream(message.Length + 256);
        var output = new CodedOutputStream(target, leaveOpen: true);
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag and not 0)
        {
            if (tag == WireFormat.MakeTag(field, WireFormat.WireType.LengthDelimited))
            {
                if (replace(input.ReadBytes().ToByteArray()) is { } replaced)
                {
                    output.WriteTag(tag);
                    output.WriteBytes(ByteString.CopyFrom(replaced));
                }

                continue;
            }

            output.WriteTag(tag);
            CopyValue(input, output, WireFormat.GetTagWireType(tag));
        }

        output.Flush();
        return target.ToArray();
    }

    private static void CopyValue(CodedInputStream input, CodedOutputStream output, WireFormat.WireType type)
    {
        switch (type)
        {
            case WireFormat.WireType.Varint:
                output.WriteUInt64(input.ReadUInt64());
                break;
            case WireFormat.WireType.Fixed64:
                output.WriteFixed64(input.ReadFixed64());
                break;
            case WireFormat.WireType.Fixed32:
                output.WriteFixed32(input.ReadFixed32());
                break;
            case WireFormat.WireType.LengthDelimited:
                output.WriteBytes(input.ReadBytes());
                break;
            default:
                throw new InvalidDataException($"an OTLP request has a field of wire type {type}, which no message of OTLP has");
        }
    }

    private static string KeyOf(byte[] pair) => Text(pair, First);

    private static string TextOf(byte[] pair)
    {
        var text = "";
        Visit(pair, Second, value => text = Text(value, First));
        return text;
    }

    private static string Text(byte[] message, int field)
    {
        var text = "";
        Visit(message, field, value => text = System.Text.Encoding.UTF8.GetString(value));
        return text;
    }

    private static byte[] Pair(string key, string value) =>
        [.. Field(First, System.Text.Encoding.UTF8.GetBytes(key)), .. Field(Second, Field(First, System.Text.Encoding.UTF8.GetBytes(value)))];

    private static byte[] Field(int number, byte[] content)
    {
        using var target = new MemoryStream(content.Length + 8);
        var output = new CodedOutputStream(target, leaveOpen: true);
        output.WriteTag(number, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(content));
        output.Flush();
        return target.ToArray();
    }
}
