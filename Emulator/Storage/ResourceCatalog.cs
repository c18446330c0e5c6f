using System.Collections.Immutable;

namespace Emulator.Storage;

/// <summary>All resource types served now; replaced whole when a CustomResourceDefinition comes, changes or goes.</summary>
internal sealed class ResourceCatalog
{
    private ImmutableDictionary<ResourceType, ResourceDefinition> definitions =
        BuiltInResources.All.ToImmutableDictionary(definition => definition.Type);

    private long version;

    /// <summary>Counts the changes, so that discovery documents can be cached and their ETags change.</summary>
    public long Version => Volatile.Read(ref version);

    public IEnumerable<ResourceDefinition> All => definitions.Values;

    public ResourceDefinition? Find(ResourceType type) => definitions.GetValueOrDefault(type);

    public ResourceDefinition? Find(string group, string apiVersion, string plural) =>
        Find(new ResourceType(group, plural)) is { } found && found.Versions.Contains(apiVersion) ? found : null;

    public ResourceDefinition? FindKind(string group, string kind) =>
        definitions.Values.FirstOrDefault(definition => definition.Group == group && definition.Kind == kind);

    public ResourceDefinition this[ResourceType type] =>
        Find(type) ?? throw new InvalidOperationException($"{type} is not a resource type of this cluster");

    public void Set(ResourceDefinition definition)
    {
        ImmutableInterlocked.Update(ref definitions, (all, added) => all.SetItem(added.Type, added), definition);
        Interlocked.Increment(ref version);
    }

    public void Remove(ResourceType type)
    {
        ImmutableInterlocked.Update(ref definitions, (all, removed) => all.Remove(removed), type);
        Interlocked.Increment(ref version);
    }
}
