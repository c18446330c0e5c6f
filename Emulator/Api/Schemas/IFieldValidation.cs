using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Schemas;

/// <summary>Finds unknown and duplicate fields and wrong types in the body of a create or update.</summary>
internal interface IFieldValidation
{
    /// <summary>Checks a decoded body and removes what the schema does not know (pruning).</summary>
    /// <param name="body">The bytes as sent when they are JSON, to find duplicate fields; empty otherwise.</param>
    /// <param name="mode">Strict, Warn or Ignore.</param>
    /// <exception cref="ApiException">400: a field of a wrong type, or with Strict any unknown or duplicate one.</exception>
    void Check(ResourceDefinition resource, string version, ReadOnlyMemory<byte> body, JsonObject decoded, string mode, List<string> warnings);
}
