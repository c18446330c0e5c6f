namespace Provisioner;

/// <summary>A failure that a reader can act on: what is wrong, and the cure.</summary>
public class LabException(string message, string cure, Exception? inner = null) : Exception(message, inner)
{
    public string Cure { get; } = cure;
}
