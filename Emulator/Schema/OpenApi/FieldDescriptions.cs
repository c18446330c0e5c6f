using Emulator.Api.Schemas;
using k8s.Models;

namespace Emulator.Schema.OpenApi;

/// <summary>Describes single fields. Unlike an OpenAPI document it does not keep the whole documentation in memory.</summary>
internal sealed class FieldDescriptions : IFieldDescriptions
{
    public IReadOnlyDictionary<string, string> Describe(IReadOnlyCollection<string> fields)
    {
        var wanted = new Dictionary<string, string>();
        foreach (var field in fields)
        {
            var dot = field.IndexOf('.', StringComparison.Ordinal);
            if (typeof(V1Pod).Assembly.GetType($"k8s.Models.{field[..dot]}") is { } model && ModelDocumentation.Member(model, field[(dot + 1)..]) is { } member)
            {
                wanted[member] = field;
            }
        }

        return ModelDocumentation.Search(wanted.Keys).ToDictionary(found => wanted[found.Member], found => found.Text);
    }
}
