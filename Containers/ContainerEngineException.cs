namespace Containers;

/// <summary>The engine refused or could not be asked: what was asked, its answer, and the cure.</summary>
public sealed class ContainerEngineException(string message, string cure, Exception? inner = null) : Exception(message, inner)
{
    public string Cure { get; } = cure;
}
