using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;
using Emulator.Api.Http;
using Emulator.Api.Tables;
using Emulator.Storage;

namespace Emulator.Api.Resources;

/// <summary>Writes watch events in the form the client asked for.</summary>
internal sealed class WatchStream(ApiRequest request, PipeWriter output, ObjectEncoder encoder, TableWriter tables, Representation form)
{
    private bool first = true;

    public void Event(string type, StoredObject item)
    {
        var json = form.Shape switch
        {
            Shape.Table => tables.Write(request, form.MetaVersion, [item], null, item.Revision, null, header: first),
            _ => encoder.Encode(request, item, form),
        };
        first = false;
        Write(type, json.Span);
    }

    public void Bookmark(long revision, bool initialEventsEnd)
    {
        var metadata = new JsonObject { ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture), ["creationTimestamp"] = null };
        if (initialEventsEnd)
        {
            metadata["annotations"] = new JsonObject
            {
                ["k8s.io/initial-events-end"] = "true",
                ["kubernetes.io/initial-events-list-blueprint"] = Blueprint(),
            };
        }

        var (kind, version) = form.Shape switch
        {
            Shape.Table => ("Table", $"meta.k8s.io/{form.MetaVersion}"),
            Shape.PartialMetadata => ("PartialObjectMetadata", $"meta.k8s.io/{form.MetaVersion}"),
            _ => (request.Definition.Kind, request.ApiVersion),
        };
        Write("BOOKMARK", ObjectEncoder.Serialize(new JsonObject { ["kind"] = kind, ["apiVersion"] = version, ["metadata"] = metadata }).Span);
    }

    /// <summary>The list that the initial events stand for, without its items: clients rebuild it from there.</summary>
    private string Blueprint() => Convert.ToBase64String(Encoding.UTF8.GetBytes(
        $"{{\"kind\":\"{request.Definition.ListKind}\",\"apiVersion\":\"{request.ApiVersion}\",\"metadata\":{{}},\"items\":null}}\n"));

    public void Error(ApiException refusal) => Write("ERROR", StatusBody.Bytes(StatusBody.Failure(refusal)));

    private void Write(string type, ReadOnlySpan<byte> json)
    {
        try
        {
            output.Write("{\"type\":\""u8);
            output.Write(Encoding.ASCII.GetBytes(type));
            output.Write("\",\"object\":"u8);
            output.Write(json);
            output.Write("}\n"u8);
        }
        catch (ArgumentOutOfRangeException)
        {
            // Kestrel takes a connection's buffers back when it breaks, also from under a writer.
            throw new OperationCanceledException("the client of the watch is gone");
        }
    }
}
