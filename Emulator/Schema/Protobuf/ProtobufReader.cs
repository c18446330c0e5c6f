using System.Text;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Schema.Protobuf;

/// <summary>Decodes the bodies that typed clients such as kubectl send: <c>k8s\0</c>, then a runtime.Unknown around a message of k8s.io/api.</summary>
internal static class ProtobufReader
{
    private const int MaxDepth = 100;

    private static readonly byte[] Magic = "k8s\0"u8.ToArray();

    /// <exception cref="ApiException">400: the bytes are no such message, or of a kind that is not known here.</exception>
    public static JsonObject Read(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith(Magic))
        {
            throw ApiErrors.BadRequest("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        }

        try
        {
            return ReadUnknown(body[Magic.Length..]);
        }
        catch (FormatException fault)
        {
            throw ApiErrors.BadRequest(fault.Message);
        }
    }

    private static JsonObject ReadUnknown(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        ReadOnlySpan<byte> raw = default;
        var (apiVersion, kind) = ("", "");
        while (!reader.AtEnd)
        {
            switch (reader.Tag())
            {
                case (1, 2):
                    (apiVersion, kind) = ReadTypeMeta(reader.Bytes());
                    break;
                case (2, 2):
                    raw = reader.Bytes();
                    break;
                case var (_, wire):
                    reader.Skip(wire);
                    break;
            }
        }

        var message = Messages.Root(apiVersion, kind)
            ?? throw ApiErrors.BadRequest($"no kind \"{kind}\" is registered for version \"{apiVersion}\" in protobuf bodies; send JSON");
        var decoded = new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = kind };
        ReadMessage(raw, message, decoded, 0);
        return decoded;
    }

    private static (string ApiVersion, string Kind) ReadTypeMeta(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        var (apiVersion, kind) = ("", "");
        while (!reader.AtEnd)
        {
            switch (reader.Tag())
            {
                case (1, 2):
                    apiVersion = Encoding.UTF8.GetString(reader.Bytes());
                    break;
                case (2, 2):
                    kind = Encoding.UTF8.GetString(reader.Bytes());
                    break;
                case var (_, wire):
                    reader.Skip(wire);
                    break;
            }
        }

        return (apiVersion, kind);
    }

    private static void ReadMessage(ReadOnlySpan<byte> body, string message, JsonObject into, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new FormatException("proto: message nested too deeply");
        }

        var fields = Messages.Fields(message);
        var reader = new WireReader(body);
        while (!reader.AtEnd)
        {
            var (number, wire) = reader.Tag();
            if (!fields.TryGetValue(number, out var field))
            {
                reader.Skip(wire);
            }
            else if (field.Name == "^")
            {
                ReadMessage(reader.Bytes(), field.Type, into, depth + 1);
            }
            else if (field.IsMap)
            {
                ReadEntry(reader.Bytes(), field, into, depth);
            }
            else if (field.Repeated)
            {
                var list = into[field.Name] as JsonArray ?? (JsonArray)(into[field.Name] = new JsonArray());
                if (wire == 2 && field.Type == "i")
                {
                    // Packed, as proto3 writers send it.
                    var packed = new WireReader(reader.Bytes());
                    while (!packed.AtEnd)
                    {
                        list.Add((long)packed.Varint());
                    }
                }
                else
                {
                    list.Add(ReadValue(ref reader, wire, field with { Optional = true }, depth));
                }
            }
            else if (ReadValue(ref reader, wire, field, depth) is { } value)
            {
                into[field.Name] = value;
            }
        }
    }

    private static void ReadEntry(ReadOnlySpan<byte> body, MessageField field, JsonObject into, int depth)
    {
        var map = into[field.Name] as JsonObject ?? (JsonObject)(into[field.Name] = new JsonObject());
        var reader = new WireReader(body);
        var key = "";
        JsonNode? value = null;
        while (!reader.AtEnd)
        {
            switch (reader.Tag())
            {
                case (1, 2):
                    key = Encoding.UTF8.GetString(reader.Bytes());
                    break;
                case (2, var wire):
                    value = ReadValue(ref reader, wire, field with { Optional = true }, depth);
                    break;
                case var (_, wire):
                    reader.Skip(wire);
                    break;
            }
        }

        map[key] = value ?? "";
    }

    /// <summary>One value; null when it is empty and Go would leave it out.</summary>
    private static JsonNode? ReadValue(ref WireReader reader, int wire, MessageField field, int depth)
    {
        switch (field.Type)
        {
            case "i":
                Expect(wire, 0);
                var number = (long)reader.Varint();
                return number != 0 || field.Optional ? number : null;
            case "b":
                Expect(wire, 0);
                var truth = reader.Varint() != 0;
                return truth || field.Optional ? truth : null;
            case "d":
                Expect(wire, 1);
                return reader.Double();
        }

        Expect(wire, 2);
        var bytes = reader.Bytes();
        switch (field.Type)
        {
            case "s":
                return bytes.Length > 0 || field.Optional ? Encoding.UTF8.GetString(bytes) : null;
            case "y":
                return bytes.Length > 0 || field.Optional ? Convert.ToBase64String(bytes) : null;
            case { Length: 1 } special:
                return WellKnown.Read(special[0], bytes);
            default:
                var message = new JsonObject();
                ReadMessage(bytes, field.Type, message, depth + 1);
                return message.Count > 0 || field.Optional || field.Name is not "status" ? message : null;
        }
    }

    private static void Expect(int wire, int expected)
    {
        if (wire != expected)
        {
            throw new FormatException($"proto: wrong wireType = {wire}, expected {expected}");
        }
    }
}
