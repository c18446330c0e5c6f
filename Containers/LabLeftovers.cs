namespace Containers;

/// <summary>Finds and removes what labs made in an engine.</summary>
public static class LabLeftovers
{
    // Of docker's and podman's own networks nothing is ever removed.
    private const string SessionNetwork = "aspire-session-network-";

    /// <summary>Every container of any lab, running or not.</summary>
    public static async Task<IReadOnlyList<ContainerInspection>> ListAsync(ContainerEngine engine, CancellationToken cancellation, string? id = null)
    {
        var ids = await ListAsync(engine, ["container", "ls", "--all", "--quiet", "--filter", $"label={LabLabels.Id}{(id is null ? "" : $"={id}")}"], cancellation);
        var found = await Task.WhenAll(ids.Select(container => engine.InspectAsync(container, cancellation)));
        return [.. found.OfType<ContainerInspection>()];
    }

    /// <summary>Removes containers, volumes and networks of one lab.</summary>
    /// <returns>The names of what was there.</returns>
    public static async Task<IReadOnlyList<string>> RemoveAsync(ContainerEngine engine, string id, CancellationToken cancellation)
    {
        var containers = await ListAsync(engine, cancellation, id);
        var removed = new List<string>();
        await TakeAsync(engine, ["container", "rm", "--force", "--volumes"], containers.Select(c => c.Name), removed, cancellation);
        var volumes = await ListAsync(engine, ["volume", "ls", "--quiet", "--filter", $"name=^{LabLabels.Prefix(id)}"], cancellation);
        await TakeAsync(engine, ["volume", "rm", "--force"], volumes, removed, cancellation);
        var networks = containers.SelectMany(c => c.Addresses.Keys).Where(n => n.StartsWith(SessionNetwork, StringComparison.Ordinal)).Distinct();
        await TakeAsync(engine, ["network", "rm"], networks, removed, cancellation);
        return removed;
    }

    /// <summary>Removes what labs of this machine left whose process is gone.</summary>
    /// <param name="isAlive">Whether the process that a label names still runs.</param>
    public static async Task<IReadOnlyList<string>> RemoveDeadAsync(ContainerEngine engine, Func<string, bool> isAlive, CancellationToken cancellation)
    {
        var containers = await ListAsync(engine, cancellation);
        var dead = containers
            .Where(c => c.Labels.GetValueOrDefault(LabLabels.Host) == Environment.MachineName)
            .GroupBy(c => c.Labels[LabLabels.Id])
            .Where(lab => !lab.Any(c => c.Labels.TryGetValue(LabLabels.Owner, out var owner) && isAlive(owner)))
            .Select(lab => lab.Key);
        var removed = new List<string>();
        foreach (var id in dead)
        {
            removed.AddRange(await RemoveAsync(engine, id, cancellation));
        }

        return removed;
    }

    private static async Task<string[]> ListAsync(ContainerEngine engine, string[] arguments, CancellationToken cancellation) =>
        (await engine.RunAsync(arguments, cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    // One command a thing, all at once: one that is gone already, or still in use, does not keep the others.
    private static async Task TakeAsync(ContainerEngine engine, string[] command, IEnumerable<string> names, List<string> removed, CancellationToken cancellation)
    {
        string[] all = [.. names];
        var answers = await Task.WhenAll(all.Select(name => engine.TryRunAsync([.. command, name], cancellation)));
        removed.AddRange(all.Zip(answers).Where(pair => pair.Second.Ok).Select(pair => pair.First));
    }
}
