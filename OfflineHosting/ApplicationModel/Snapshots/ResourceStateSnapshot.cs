namespace Aspire.Hosting.ApplicationModel;

/// <summary>State of a resource as shown: a word, and how to colour it (success, info, warning, error).</summary>
public sealed record ResourceStateSnapshot(string Text, string? Style)
{
    public static implicit operator ResourceStateSnapshot?(string? s) => s is null ? null : new(s, null);
}
