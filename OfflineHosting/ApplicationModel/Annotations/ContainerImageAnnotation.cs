namespace Aspire.Hosting.ApplicationModel;

/// <summary>The image of a container; by tag or by digest, never both.</summary>
public sealed class ContainerImageAnnotation : IResourceAnnotation
{
    private string? _tag;
    private string? _sha256;

    public string? Registry { get; set; }

    public required string Image { get; set; }

    public string? Tag
    {
        get => _tag;
        set => (_tag, _sha256) = (value, null);
    }

    public string? SHA256
    {
        get => _sha256;
        set => (_sha256, _tag) = (value, null);
    }

    /// <summary>As the engine is asked for it.</summary>
    internal string Reference =>
        (Registry is null ? Image : $"{Registry}/{Image}") + (SHA256 is not null ? $"@sha256:{SHA256}" : Tag is not null ? $":{Tag}" : "");
}
