namespace Emulator.Nodes;

/// <summary>A container that cannot start; its pod shows why.</summary>
/// <param name="reason">A container waiting or terminated reason, such as <c>CreateContainerError</c>.</param>
/// <param name="eventReason">The reason of the event that says the same.</param>
internal sealed class ContainerFailedException(string reason, string message, string eventReason = "Failed") : Exception(message)
{
    public string Reason => reason;

    public string EventReason => eventReason;
}
