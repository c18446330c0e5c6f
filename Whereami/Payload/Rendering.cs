using System.Buffers;
using System.Text;

namespace Whereami.Payload;

/// <summary>A place as bytes: what does not change from request to request is written once, here.</summary>
internal sealed class Rendering
{
    private readonly Dictionary<string, byte[]> texts = new(StringComparer.Ordinal);
    private readonly JsonText json;
    private readonly byte[] opening;
    private readonly byte[] beforeHeaders;
    private readonly byte[] beforeHost;
    private readonly byte[] beforeTimestamp;
    private readonly byte[] afterTimestamp;

    public Rendering(Place place, bool compact)
    {
        Place = place;
        json = new JsonText(compact);
        foreach (var (key, value) in place.Values)
        {
            texts[key] = Encoding.UTF8.GetBytes(value);
        }

        // The payload's keys are sorted: backend_result, then fixed ones up to g…, headers, host_header, fixed ones, timestamp, zone.
        opening = Encoding.UTF8.GetBytes("{" + json.NewLine);
        beforeHeaders = Fixed(key => string.CompareOrdinal(key, PlaceKeys.Headers) < 0);
        beforeHost = Encoding.UTF8.GetBytes(json.Name(PlaceKeys.HostHeader));
        beforeTimestamp =
        [
            .. Encoding.UTF8.GetBytes(json.Separator),
            .. Fixed(key => string.CompareOrdinal(key, PlaceKeys.Headers) > 0 && string.CompareOrdinal(key, PlaceKeys.Timestamp) < 0),
            .. Encoding.UTF8.GetBytes(json.Name(PlaceKeys.Timestamp) + "\""),
        ];
        var zone = place.Values.TryGetValue(PlaceKeys.Zone, out var name) ? json.Separator + json.Name(PlaceKeys.Zone) + json.Quote(name) : "";
        afterTimestamp = Encoding.UTF8.GetBytes("\"" + zone + json.NewLine + "}\n");
    }

    public Place Place { get; }

    public JsonText Json => json;

    /// <summary>The bytes of one fixed value, as they are answered alone.</summary>
    public bool TryGetText(ReadOnlySpan<char> key, out byte[] text) => texts.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out text!);

    /// <summary>Writes the whole payload.</summary>
    /// <param name="backend">The backend's answer as JSON; null where there is no backend.</param>
    /// <param name="headers">The request's headers as JSON; null where they are not echoed.</param>
    public void Write(IBufferWriter<byte> output, string? host, ReadOnlySpan<byte> timestamp, byte[]? backend, byte[]? headers)
    {
        output.Write(opening);
        WriteValue(output, PlaceKeys.BackendResult, backend);
        output.Write(beforeHeaders);
        WriteValue(output, PlaceKeys.Headers, headers);
        output.Write(beforeHost);
        json.WriteString(output, host);
        output.Write(beforeTimestamp);
        output.Write(timestamp);
        output.Write(afterTimestamp);
    }

    private void WriteValue(IBufferWriter<byte> output, string key, byte[]? value)
    {
        if (value is not null)
        {
            Encoding.UTF8.GetBytes(json.Name(key), output);
            output.Write(value);
            Encoding.UTF8.GetBytes(json.Separator, output);
        }
    }

    private byte[] Fixed(Func<string, bool> chosen)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in Place.Values.Where(entry => chosen(entry.Key)))
        {
            text.Append(json.Name(key)).Append(json.Quote(value)).Append(json.Separator);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
