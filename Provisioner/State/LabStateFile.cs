using System.Text.Json;

namespace Provisioner.State;

/// <summary>Keeps <c>.lab/lab.json</c> equal to the state; a burst of changes is one write.</summary>
internal sealed class LabStateFile(StateStore store, string labDirectory, ILogger<LabStateFile> log) : BackgroundService
{
    private readonly string path = Path.Combine(labDirectory, LabState.FileName);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        await foreach (var state in store.FollowAsync(stoppingToken))
        {
            Write(state);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Write(store.Current);
    }

    private void Write(LabState state)
    {
        try
        {
            PrivateFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(state, LabJson.Indented.LabState));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogError("{Path} cannot be written: {Reason}. The lab goes on; free disk space or correct the folder's permissions", path, e.Message);
        }
    }
}
