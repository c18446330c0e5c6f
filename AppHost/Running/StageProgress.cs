using System.Globalization;
using Provisioner.State;

namespace AppHost.Running;

/// <summary>Tells what a stage that takes long is waiting for: after 10 s, after 30 s, and then every minute.</summary>
internal sealed class StageProgress(LabControl control, Action<string> say)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<int, (DateTime Since, int Told)> _running = [];

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(s_interval);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                foreach (var line in Lines(control.Current, DateTime.UtcNow))
                {
                    say(line);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The lab ends.
        }
    }

    /// <summary>What is to be told now.</summary>
    internal IReadOnlyList<string> Lines(LabState? state, DateTime now)
    {
        var lines = new List<string>();
        foreach (var stage in state?.Stages ?? [])
        {
            if (stage.State != StageStates.Running)
            {
                _running.Remove(stage.Number);
                continue;
            }

            var (since, told) = _running.TryGetValue(stage.Number, out var known) ? known : (now, 0);
            if (now - since >= Due(told))
            {
                told++;
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"stage {stage.Number} {stage.Name}: {(now - since).TotalSeconds:0} s: {stage.Message}"));
            }

            _running[stage.Number] = (since, told);
        }

        return lines;
    }

    private static TimeSpan Due(int told) => told switch
    {
        0 => TimeSpan.FromSeconds(10),
        1 => TimeSpan.FromSeconds(30),
        _ => TimeSpan.FromMinutes(told - 1),
    };
}
