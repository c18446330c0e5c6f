using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Tables;

/// <summary>The columns of each type.</summary>
internal sealed class TableColumns
{
    public IReadOnlyList<TableColumn> Of(ResourceDefinition definition, string version) =>
    [
        new TableColumn("Name", "string", "name", "", 0, (item, _) => JsonValue.Create(item.Key.Name)),
        new TableColumn("Age", "string", "", "", 0, (item, now) => JsonValue.Create(HumanAge.Since(item.Node["metadata"]?["creationTimestamp"], now))),
    ];
}
