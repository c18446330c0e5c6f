using GoogleEmulator.Projects;

namespace GoogleEmulator.Ingress;

/// <summary>Keeps what MultiClusterIngress leaves behind when its controller goes first.</summary>
internal sealed class IngressLeftovers(IngressResources resources)
{
    public async Task KeepAsync(Project project, CancellationToken cancellation)
    {
        foreach (var resource in await resources.ListAsync(project, cancellation))
        {
            project.Compute.Set(resource with { Owner = null });
        }
    }

    /// <summary>The objects that would be left without a controller.</summary>
    public Task<string[]> NamesAsync(Project project, CancellationToken cancellation) => resources.NamesAsync(project, cancellation);
}
