using System.Text.Json;
using ServiceDefaults;

namespace Provisioner.State;

/// <summary>
/// Keeps <c>.lab/lab.json</c> equal to the state; a burst of changes is one write. What the control API tells is in the file before it is told:
/// a script that reads the file after a command finds what the command did.
/// </summary>
internal sealed class LabStateFile(StateStore store, string labDirectory, ILogger<LabStateFile> log) : BackgroundService
{
    private readonly string path = Path.Combine(labDirectory, LabState.FileName);
    private readonly Lock gate = new();
    private LabState? written;

    /// <summary>Returns when the file holds the state of now.</summary>
    public void Settle()
    {
        lock (gate)
        {
            var state = store.Current;
            if (!ReferenceEquals(state, written) && Write(state))
            {
                written = state;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        await foreach (var _ in store.FollowAsync(stoppingToken))
        {
            Settle();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Settle();
    }

    private bool Write(LabState state)
    {
        try
        {
            PrivateFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(state, LabJson.Indented.LabState));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogError("{Path} cannot be written: {Reason}. The lab goes on; free disk space or correct the folder's permissions", path, e.Message);
            return false;
        }
    }
}
