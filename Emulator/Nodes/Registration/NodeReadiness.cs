using Emulator.Api.Server;

namespace Emulator.Nodes;

/// <summary>The cluster is ready once its nodes are.</summary>
internal sealed class NodeReadiness(NodePool nodes) : IReadinessCheck
{
    public string Name => "nodes";

    public Task Ready => nodes.Registered;
}
