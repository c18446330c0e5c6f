using System.Text.Json.Nodes;
using Emulator.Schema.Cel;
using Emulator.Schema.Defaults;
using Emulator.Schema.Validation;
using Emulator.Storage;

namespace Emulator.Schema.Crd;

/// <summary>Refuses custom resources that break their schema, and names the rules of a new definition that cannot be held here.</summary>
internal sealed class CustomResourceValidation(ObjectSchemas schemas) : IAdmission
{
    private static readonly string[] Blocking = ["FieldValueNotSupported", "FieldValueRequired", "FieldValueTooLong", "FieldValueTooMany", "FieldValueTypeInvalid"];

    public AdmissionPhase Phase => AdmissionPhase.CustomResourceValidation;

    public void Admit(AdmissionRequest request)
    {
        if (request.Object is not { } node)
        {
            return;
        }

        var definition = request.Resource;
        if (definition.Type == KnownTypes.CustomResourceDefinitions && request.Subresource.Length == 0)
        {
            Warn(node, request.Warnings);
        }

        if (definition.CustomResourceDefinition is null)
        {
            return;
        }

        var apiVersion = node.Text("apiVersion") ?? definition.ApiVersion(definition.Versions[0]);
        if (schemas.Find(definition, apiVersion[(apiVersion.IndexOf('/', StringComparison.Ordinal) + 1)..]).Source is not { } schema)
        {
            return;
        }

        var causes = new Causes();
        var old = request.Verb is WriteVerb.Update ? request.Old : null;
        new CustomValidator(causes).Check(node, old, schema, "");
        if (!causes.Found.Any(cause => Blocking.Contains(cause.Reason)))
        {
            CelRules.Check(node, old, schema, "", causes);
        }
        else if (CelRules.HasRules(schema))
        {
            causes.Invalid(
                "<nil>",
                "\"null\"",
                "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation");
        }

        if (request.Subresource == "status")
        {
            causes = Relative(causes);
        }

        causes.Throw(definition.Group, definition.Kind, node.Name());
    }

    /// <summary>The status endpoint's messages name fields from status on, though the causes have the whole path.</summary>
    private static Causes Relative(Causes causes)
    {
        var relative = new Causes();
        foreach (var cause in causes.Found)
        {
            var inner = cause.Field.StartsWith("status.", StringComparison.Ordinal) ? cause.Field["status.".Length..] : cause.Field;
            relative.Add(cause with { Message = cause.Message.Replace($"{cause.Field} in body", $"{inner} in body", StringComparison.Ordinal) });
        }

        return relative;
    }

    private static void Warn(JsonNode? node, List<string> warnings)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var rule in map.Items("x-kubernetes-validations"))
                {
                    if (rule.Text("rule") is { } source && CelRules.Unsupported(source) is { } why)
                    {
                        warnings.Add($"rule {source.Trim()} is not held to by embedded clusters: {why}");
                    }
                }

                foreach (var (_, value) in map)
                {
                    Warn(value, warnings);
                }

                break;
            case JsonArray list:
                foreach (var item in list)
                {
                    Warn(item, warnings);
                }

                break;
        }
    }
}
