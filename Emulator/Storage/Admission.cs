using System.Text.Json.Nodes;

namespace Emulator.Storage;

internal enum WriteVerb
{
    Create,
    Update,
    Delete,
}

/// <summary>One write on its way in. <see cref="Object"/> may be changed by mutating steps; <see cref="Old"/> may not.</summary>
internal sealed record AdmissionRequest(ResourceDefinition Resource, WriteVerb Verb, string Subresource, JsonObject? Object, JsonObject? Old, WriteOptions Options)
{
    /// <summary>Warnings that the client gets as Warning headers.</summary>
    public List<string> Warnings { get; init; } = [];
}

/// <summary>A step that every write passes: it may change the object or refuse it with an <see cref="ApiException"/>.</summary>
internal interface IAdmission
{
    /// <summary>Lower runs first: defaulting 0, mutation 100 (sidecar injection), allocation 150, validation 200, refusal by policy 300.</summary>
    int Order { get; }

    void Admit(AdmissionRequest request);
}
