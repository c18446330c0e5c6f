namespace Emulator.Nodes;

/// <summary>A container whose program ended at once.</summary>
internal sealed class EndedContainer(int exitCode) : IRunningContainer
{
    public Task<int> Exited { get; } = Task.FromResult(exitCode);

    public Task StopAsync(TimeSpan grace) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
