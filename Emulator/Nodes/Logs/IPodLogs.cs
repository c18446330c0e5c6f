namespace Emulator.Nodes;

/// <summary>What containers wrote, for the API's log subresource.</summary>
internal interface IPodLogs
{
    /// <summary>The log of a container's current run, or of the run before; null when there was none.</summary>
    ContainerLog? Find(string ns, string pod, string container, bool previous);
}
