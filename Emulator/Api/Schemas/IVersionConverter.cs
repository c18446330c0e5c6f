using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Schemas;

/// <summary>Turns an object into another version of its kind.</summary>
internal interface IVersionConverter
{
    /// <summary>Changes <paramref name="node"/>, whose apiVersion is another one of the same group, to <paramref name="version"/>.</summary>
    void Convert(ResourceDefinition resource, JsonObject node, string version);
}
