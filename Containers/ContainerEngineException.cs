namespace Containers;

/// <summary>The engine refused or could not be asked: what was asked, its answer, and the cure.</summary>
public sealed class ContainerEngineException(string message, string cure, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether a Ctrl-C has ended the engine's command line: the lab itself is about to end.</summary>
    public bool IsInterrupted { get; init; }

    public string Cure { get; } = cure;
}
