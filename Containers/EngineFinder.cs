namespace Containers;

/// <summary>Finds the engine of this machine: docker, or podman where docker does not answer.</summary>
public static class EngineFinder
{
    /// <summary>Names the engine's program where it is not the usual one.</summary>
    public const string Variable = "LAB_ENGINE";

    // Also asked by Aspire's own orchestrator.
    private const string AspireVariable = "ASPIRE_CONTAINER_RUNTIME";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <param name="given">The program that the user named; null to look for one.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="ContainerEngineException">None answers; the message has what each of them said.</exception>
    public static async Task<ContainerEngine> FindAsync(CancellationToken cancellation, string? given = null)
    {
        var tried = new List<string>();
        foreach (var engine in (given is null ? Candidates() : [given]).Select(command => new ContainerEngine(command)))
        {
            var answer = await AskAsync(engine, cancellation);
            if (answer.Ok)
            {
                return engine;
            }

            tried.Add($"{Path.GetFileName(engine.Command)}: {answer.Reason}");
        }

        throw new ContainerEngineException($"No container engine answers ({string.Join("; ", tried)})", EngineCures.CureOf(tried[0], given ?? Candidates()[0]));
    }

    private static IReadOnlyList<string> Candidates() =>
        Given(Variable) is { } own ? [own] : Given(AspireVariable) is { } aspires ? [aspires] : ["docker", "podman"];

    private static string? Given(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;

    private static async Task<EngineAnswer> AskAsync(ContainerEngine engine, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(s_patience);
        try
        {
            return await engine.TryRunAsync(["ps", "--quiet"], limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new EngineAnswer(1, "", $"no answer in {s_patience.TotalSeconds:0} s");
        }
    }
}
