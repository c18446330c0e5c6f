using System.Collections.Concurrent;
using Emulator.Schema.BuiltIn;
using Emulator.Schema.Crd;
using Emulator.Schema.Model;
using Emulator.Storage;

namespace Emulator.Schema;

/// <summary>Finds the schema of a resource type in one of its versions.</summary>
internal sealed class ObjectSchemas(ObjectStore store)
{
    private readonly ConcurrentDictionary<(string Definition, string Version), (StoredObject Source, SchemaNode Schema)> custom = new();

    public SchemaNode Find(ResourceDefinition definition, string version)
    {
        if (definition.CustomResourceDefinition is not { } name)
        {
            return BuiltInSchemas.Find(definition.Group, version, definition.Kind) ?? SchemaNode.Anything;
        }

        if (store.Find(new ResourceKey(KnownTypes.CustomResourceDefinitions, "", name)) is not { } source)
        {
            return SchemaNode.Anything;
        }

        if (custom.TryGetValue((name, version), out var known) && ReferenceEquals(known.Source, source))
        {
            return known.Schema;
        }

        var schema = CustomSchema.Compile(source.Node, version);
        custom[(name, version)] = (source, schema);
        return schema;
    }
}
