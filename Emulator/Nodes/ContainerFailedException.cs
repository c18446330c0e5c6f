namespace Emulator.Nodes;

/// <summary>A container that cannot start; its pod shows why.</summary>
/// <param name="reason">A container waiting or terminated reason, such as <c>CreateContainerError</c>.</param>
internal sealed class ContainerFailedException(string reason, string message) : Exception(message)
{
    public string Reason => reason;
}
