namespace Aspire.Hosting.ApplicationModel;

/// <summary>The container's name in the engine, where it is not left to the orchestrator.</summary>
public sealed class ContainerNameAnnotation : IResourceAnnotation
{
    public required string Name { get; set; }
}
