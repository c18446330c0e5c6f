using System.Diagnostics;
using System.Globalization;

namespace AppHost.K3s;

/// <summary>Tells that something takes long, and its last word, every 10 s until disposed of.</summary>
internal sealed class Waiting : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    private readonly Timer _timer;
    private volatile string _last = "";

    public Waiting(string what, Action<string> say)
    {
        var started = Stopwatch.GetTimestamp();
        say(what);
        _timer = new Timer(_ => say(string.Create(CultureInfo.InvariantCulture, $"{what}: {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s{(_last.Length > 0 ? $", {_last}" : "")}")), null, s_interval, s_interval);
    }

    public string Last
    {
        set => _last = value;
    }

    public void Dispose() => _timer.Dispose();
}
