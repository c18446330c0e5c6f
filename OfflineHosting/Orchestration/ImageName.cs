namespace Aspire.Hosting.Orchestration;

/// <summary>The parts of an image reference.</summary>
internal static class ImageName
{
    /// <summary>Splits <c>registry:5000/name:tag@sha256:digest</c>; the registry stays with the name, a digest makes its tag void.</summary>
    public static (string Name, string? Tag, string? Digest) Parse(string reference)
    {
        var at = reference.IndexOf('@', StringComparison.Ordinal);
        var (rest, digest) = at < 0 ? (reference, null) : (reference[..at], reference[(at + 1)..]);
        if (digest is not null && !digest.StartsWith("sha256:", StringComparison.Ordinal))
        {
            throw new ArgumentOutOfRangeException(nameof(reference), reference, "A digest has the form sha256:<hex>.");
        }

        // A colon before the last slash belongs to the registry's port.
        var colon = rest.LastIndexOf(':');
        var tagged = colon > rest.LastIndexOf('/');
        var (name, tag) = tagged ? (rest[..colon], rest[(colon + 1)..]) : (rest, null);
        return (name, digest is null ? tag : null, digest?["sha256:".Length..]);
    }
}
