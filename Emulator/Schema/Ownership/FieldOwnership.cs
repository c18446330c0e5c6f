using Emulator.Storage;

namespace Emulator.Schema.Ownership;

/// <summary>Tracks the owners of fields on every write but an apply, which does it itself.</summary>
internal sealed class FieldOwnership(ObjectSchemas schemas, TimeProvider time) : IAdmission
{
    // After defaulting, before anything else changes the object: what the server adds later belongs to nobody.
    public AdmissionPhase Phase => AdmissionPhase.FieldOwnership;

    public void Admit(AdmissionRequest request)
    {
        if (request.Object is not { } node || request.Options.Applied)
        {
            return;
        }

        var definition = request.Resource;
        var apiVersion = request.Options.ApiVersion ?? definition.ApiVersion(definition.Versions[0]);
        var writer = new ManagedEntry(request.Options.FieldManager, "Update", apiVersion, request.Subresource, null, new FieldSet());
        var schema = schemas.Find(definition, apiVersion[(apiVersion.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        ManagedFields.Update(request.Old, node, schema, writer, Registry.Timestamp(time.GetUtcNow()));
    }
}
