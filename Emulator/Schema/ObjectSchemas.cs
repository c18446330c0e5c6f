using Emulator.Schema.BuiltIn;
using Emulator.Schema.Model;
using Emulator.Storage;

namespace Emulator.Schema;

/// <summary>Finds the schema of a resource type in one of its versions.</summary>
internal sealed class ObjectSchemas
{
    public SchemaNode Find(ResourceDefinition definition, string version) =>
        BuiltInSchemas.Find(definition.Group, version, definition.Kind) ?? SchemaNode.Anything;
}
