using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Schema.Validation;

namespace Emulator.Schema.Crd;

/// <summary>The combinations of schemas: allOf, anyOf, oneOf and not.</summary>
internal static class CompositeRules
{
    // The real server reports these without a field.
    private const string NoField = "<nil>";

    public static void Check(JsonNode value, JsonObject schema, string field, Causes causes)
    {
        // anyOf of integer and string says the same as int-or-string.
        if (schema.IsTrue("x-kubernetes-int-or-string"))
        {
            return;
        }

        if (schema["allOf"] is JsonArray all && Failures(value, all, field) is { } broken && broken.Any(item => item.Count > 0))
        {
            Merge(broken.First(item => item.Count > 0), causes);
            causes.InvalidText(NoField, "", $"\"{field}\" must validate all the schemas (allOf)");
        }

        if (schema["anyOf"] is JsonArray any && Failures(value, any, field) is { } missed && missed.All(item => item.Count > 0))
        {
            Merge(missed[0], causes);
            causes.InvalidText(NoField, "", $"\"{field}\" must validate at least one schema (anyOf)");
        }

        if (schema["oneOf"] is JsonArray one)
        {
            var failures = Failures(value, one, field);
            var valid = failures.Count(item => item.Count == 0);
            if (valid != 1)
            {
                if (valid == 0)
                {
                    Merge(failures[0], causes);
                }

                var found = valid == 0 ? "Found none valid" : $"Found {valid} valid alternatives";
                causes.InvalidText(NoField, "", $"\"{field}\" must validate one and only one schema (oneOf). {found}");
            }
        }

        if (schema.Map("not") is { } unwanted && Failures(value, [unwanted.DeepClone()], field)[0].Count == 0)
        {
            causes.InvalidText(NoField, "", $"\"{field}\" must not validate the schema (not)");
        }
    }

    private static List<IReadOnlyList<Storage.FieldCause>> Failures(JsonNode value, JsonArray schemas, string field) =>
    [
        .. schemas.OfType<JsonObject>().Select(schema =>
        {
            var found = new Causes();
            new CustomValidator(found).Check(value, null, schema, field);
            return found.Found;
        }),
    ];

    private static void Merge(IReadOnlyList<Storage.FieldCause> found, Causes causes)
    {
        foreach (var cause in found)
        {
            causes.Add(cause);
        }
    }
}
