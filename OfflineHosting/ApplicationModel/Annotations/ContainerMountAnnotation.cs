namespace Aspire.Hosting.ApplicationModel;

/// <summary>A folder of this machine, or a volume, inside a container; a volume without a source has no name of its own.</summary>
public sealed class ContainerMountAnnotation : IResourceAnnotation
{
    public ContainerMountAnnotation(string? source, string target, ContainerMountType type, bool isReadOnly)
    {
        if (type == ContainerMountType.BindMount && !Path.IsPathRooted(source ?? throw new ArgumentNullException(nameof(source), "A bind mount needs a source.")))
        {
            throw new ArgumentException("A bind mount needs a source path from the root.", nameof(source));
        }

        Source = source;
        Target = target;
        Type = type;
        IsReadOnly = isReadOnly;
    }

    public string? Source { get; }

    public string Target { get; }

    public ContainerMountType Type { get; }

    public bool IsReadOnly { get; }
}
