namespace Aspire.Hosting.ApplicationModel;

/// <summary>An address of a resource; internal ones are shown among its details only.</summary>
public sealed record UrlSnapshot(string? Name, string Url, bool IsInternal)
{
    public bool IsInactive { get; init; }

    public UrlDisplayPropertiesSnapshot DisplayProperties { get; init; } = new();
}
