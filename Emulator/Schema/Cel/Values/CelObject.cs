using System.Text.Json.Nodes;

namespace Emulator.Schema.Cel;

/// <summary>A JSON object; its fields have the types that the schema gives them.</summary>
internal sealed class CelObject(JsonObject json, CelType type) : ICelMap
{
    public int Count => json.Count;

    public IEnumerable<KeyValuePair<object, object?>> Entries => json.Select(entry => KeyValuePair.Create((object)entry.Key, CelValues.From(entry.Value, TypeOf(entry.Key))));

    public bool TryGet(object? key, out object? value)
    {
        value = null;
        if (key is not string name || !json.TryGetPropertyValue(name, out var node))
        {
            return false;
        }

        value = CelValues.From(node, TypeOf(name));
        return true;
    }

    private CelType TypeOf(string name) => type switch
    {
        CelType.Record record => record.Field(name) ?? CelType.Any,
        CelType.Table table => table.Value,
        _ => CelType.Any,
    };
}
