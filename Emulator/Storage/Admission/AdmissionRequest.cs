using System.Text.Json.Nodes;

namespace Emulator.Storage;

/// <summary>One write on its way in. <see cref="Object"/> may be changed by mutating steps; <see cref="Old"/> may not.</summary>
internal sealed record AdmissionRequest(ResourceDefinition Resource, WriteVerb Verb, string Subresource, JsonObject? Object, JsonObject? Old, WriteOptions Options)
{
    /// <summary>Warnings that the client gets as Warning headers.</summary>
    public List<string> Warnings { get; init; } = [];
}
