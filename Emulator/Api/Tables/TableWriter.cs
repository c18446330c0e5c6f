using System.Text.Json.Nodes;
using Emulator.Api.Http;
using Emulator.Api.Resources;
using Emulator.Storage;

namespace Emulator.Api.Tables;

/// <summary>Writes objects as a meta.k8s.io Table.</summary>
internal sealed class TableWriter(TableColumns columns, ColumnDescriptions descriptions, TimeProvider time)
{
    /// <param name="continueToken">The list's, with the number of items that remain.</param>
    /// <param name="header">False in a watch after the first event: the reader has the column definitions already.</param>
    public ReadOnlyMemory<byte> Write(
        ApiRequest request, string metaVersion, IEnumerable<StoredObject> items, string? continueToken, long revision, long? remaining, bool? header)
    {
        var shown = columns.Of(request.Definition, request.Info.Version);
        var metadata = new JsonObject { ["resourceVersion"] = revision.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        if (continueToken is not null)
        {
            metadata["continue"] = continueToken;
        }

        if (remaining is not null)
        {
            metadata["remainingItemCount"] = remaining;
        }

        var now = time.GetUtcNow();
        return ObjectEncoder.Serialize(new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = $"meta.k8s.io/{metaVersion}",
            ["metadata"] = metadata,
            ["columnDefinitions"] = header == false ? null : new JsonArray([.. shown.Select(column => Definition(column, descriptions.Of(request.Definition, column)))]),
            ["rows"] = new JsonArray([.. items.Select(item => Row(request, metaVersion, item, shown, now))]),
        });
    }

    private static JsonNode Definition(TableColumn column, string description) => new JsonObject
    {
        ["name"] = column.Name,
        ["type"] = column.Type,
        ["format"] = column.Format,
        ["description"] = description,
        ["priority"] = column.Priority,
    };

    private static JsonNode Row(ApiRequest request, string metaVersion, StoredObject item, IReadOnlyList<TableColumn> shown, DateTimeOffset now)
    {
        var row = new JsonObject { ["cells"] = new JsonArray([.. shown.Select(column => column.Cell(item, now))]) };
        switch (request.Query("includeObject"))
        {
            case "None":
                break;
            case "Object":
                row["object"] = item.Copy();
                break;
            default:
                row["object"] = new JsonObject
                {
                    ["kind"] = "PartialObjectMetadata",
                    ["apiVersion"] = $"meta.k8s.io/{metaVersion}",
                    ["metadata"] = item.Node["metadata"]!.DeepClone(),
                };
                break;
        }

        return row;
    }
}
