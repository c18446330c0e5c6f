namespace Emulator.Storage;

/// <summary>What the API knows of one resource type: built in, or from a CustomResourceDefinition.</summary>
internal sealed record ResourceDefinition
{
    public required string Group { get; init; }

    /// <summary>Served versions, the preferred one first.</summary>
    public required IReadOnlyList<string> Versions { get; init; }

    public required string Plural { get; init; }

    public required string Singular { get; init; }

    public required string Kind { get; init; }

    public string ListKind { get; init; } = "";

    public bool Namespaced { get; init; } = true;

    public IReadOnlyList<string> ShortNames { get; init; } = [];

    public IReadOnlyList<string> Categories { get; init; } = [];

    public bool HasStatus { get; init; }

    public bool HasScale { get; init; }

    /// <summary>Whether <c>metadata.generation</c> counts changes of the spec.</summary>
    public bool HasGeneration { get; init; }

    /// <summary>Whether its objects are computed when they are asked for: they can be read, and nothing else.</summary>
    public bool IsComputed { get; init; }

    /// <summary>The CustomResourceDefinition's name, or null for a built-in type.</summary>
    public string? CustomResourceDefinition { get; init; }

    /// <summary>Fields of a custom resource by which it can be selected, such as <c>spec.color</c>.</summary>
    public IReadOnlyList<string> SelectableFields { get; init; } = [];

    /// <summary>The version in which objects are stored; null: whichever they were written in.</summary>
    public string? StorageVersion { get; init; }

    public ResourceType Type => new(Group, Plural);

    public string ApiVersion(string version) => Group.Length == 0 ? version : $"{Group}/{version}";
}
