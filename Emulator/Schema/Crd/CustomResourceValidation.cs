using Emulator.Schema.Cel;
using Emulator.Schema.Defaults;
using Emulator.Schema.Validation;
using Emulator.Storage;

namespace Emulator.Schema.Crd;

/// <summary>Refuses custom resources that break their schema.</summary>
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
}
