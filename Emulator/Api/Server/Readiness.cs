namespace Emulator.Api.Server;

/// <summary>All readiness checks of the cluster together.</summary>
internal sealed class Readiness(IEnumerable<IReadinessCheck> checks)
{
    private readonly IReadinessCheck[] all = [.. checks];

    public IReadOnlyList<IReadinessCheck> Checks => all;

    public bool IsReady => all.All(check => check.Ready.IsCompletedSuccessfully);

    public Task WhenReadyAsync(CancellationToken cancellation) => Task.WhenAll(all.Select(check => check.Ready)).WaitAsync(cancellation);
}
