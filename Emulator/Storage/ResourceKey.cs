namespace Emulator.Storage;

/// <summary>Names a resource type, as <c>deployments.apps</c> does; the version is not part of it, since one object is served in all versions.</summary>
internal readonly record struct ResourceType(string Group, string Plural)
{
    public override string ToString() => Group.Length == 0 ? Plural : $"{Plural}.{Group}";
}

/// <summary>Names one stored object. <see cref="Namespace"/> is empty for cluster-scoped objects.</summary>
internal readonly record struct ResourceKey(ResourceType Type, string Namespace, string Name)
{
    public override string ToString() => Namespace.Length == 0 ? $"{Type}/{Name}" : $"{Type}/{Namespace}/{Name}";
}
