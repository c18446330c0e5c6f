using Emulator.Schema.Crd;
using Emulator.Schema.Model;
using Emulator.Storage;

namespace Emulator.Schema.Defaults;

/// <summary>Fills in defaults, and gives objects the form the real server would send them in.</summary>
internal sealed class Defaulting(ObjectSchemas schemas) : IAdmission
{
    public AdmissionPhase Phase => AdmissionPhase.Defaults;

    public void Admit(AdmissionRequest request)
    {
        if (request.Object is not { } node)
        {
            return;
        }

        var definition = request.Resource;
        var apiVersion = node["apiVersion"]?.GetValue<string>() ?? definition.ApiVersion(definition.Versions[0]);
        var version = apiVersion[(apiVersion.IndexOf('/', StringComparison.Ordinal) + 1)..];
        if (definition.CustomResourceDefinition is not null)
        {
            CustomDefaults.Apply(node, schemas.Find(definition, version));
            return;
        }

        KindDefaults.Apply(definition.Group, definition.Kind, version, node);
        if (schemas.Find(definition, version) is { Type: SchemaType.Object } schema)
        {
            Normalizer.Normalize(node, schema);
        }
    }
}
