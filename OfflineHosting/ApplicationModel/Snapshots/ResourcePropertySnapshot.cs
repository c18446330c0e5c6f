namespace Aspire.Hosting.ApplicationModel;

/// <summary>One named value shown among the details of a resource.</summary>
public sealed record ResourcePropertySnapshot(string Name, object? Value)
{
    public bool IsSensitive { get; init; }
}
