using System.Collections.Frozen;
using Emulator.Api.Schemas;
using Emulator.Storage;

namespace Emulator.Api.Tables;

/// <summary>What the columns of tables are about, from <c>columns.txt</c>: <c>resource|column|field</c>, or a text after a quotation mark.</summary>
/// <remarks>A resource <c>*</c> is any. Fields are described by the documentation of their models, which is read once, with the first table.</remarks>
internal sealed class ColumnDescriptions(IFieldDescriptions fields)
{
    private readonly Lazy<FrozenDictionary<(string Resource, string Column), string>> texts = new(() => Load(fields));

    public string Of(ResourceDefinition definition, TableColumn column) =>
        column.Description.Length > 0 ? column.Description
        : definition.CustomResourceDefinition is null && texts.Value.TryGetValue((definition.Plural, column.Name), out var own) ? own
        : texts.Value.GetValueOrDefault(("*", column.Name), "");

    private static FrozenDictionary<(string Resource, string Column), string> Load(IFieldDescriptions fields)
    {
        using var stream = typeof(ColumnDescriptions).Assembly.GetManifestResourceStream("columns.txt")
            ?? throw new InvalidOperationException("columns.txt is not embedded in this assembly");
        using var reader = new StreamReader(stream);
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('|', 3)).ToList();
        var described = fields.Describe([.. lines.Select(line => line[2]).Where(source => source[0] != '"')]);
        return lines.ToFrozenDictionary(line => (line[0], line[1]), line => line[2][0] == '"' ? line[2][1..] : described.GetValueOrDefault(line[2], ""));
    }
}
