using Emulator.Network;

namespace Emulator.Nodes.Samples;

/// <summary>One of the small programs that Istio's tasks are made of, for one pod.</summary>
/// <param name="Port">The port it serves HTTP on.</param>
internal sealed record SampleApp(int Port, RequestDelegate Answer)
{
    /// <summary>Further ports that it serves, with what answers there.</summary>
    public IReadOnlyDictionary<int, RequestDelegate> MorePorts { get; init; } = new Dictionary<int, RequestDelegate>();

    /// <summary>Runs a command that only this program has; null for what a shell is asked for.</summary>
    public Func<IReadOnlyList<string>, ICommandStreams?> Execute { get; init; } = _ => null;
}

/// <summary>What a sample knows of its pod.</summary>
/// <param name="Client">Reaches others as the pod does: through its sidecar once there is one.</param>
internal sealed record SamplePod(ContainerContext Context, HttpClient Client)
{
    public string Name => Context.Network.Name;

    public PodInterface Network => Context.Network;
}
