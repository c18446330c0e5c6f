namespace Provisioner.Clusters.K3s;

/// <summary>A command for a node's container.</summary>
internal sealed record NodeCommand(string Container, IReadOnlyList<string> Arguments)
{
    public override string ToString() => $"exec {Container} {string.Join(' ', Arguments)}";
}
