using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The console of one resource; the oldest lines give way to new ones.</summary>
internal sealed class ResourceConsole : ILogger
{
    private const int Kept = 2000;

    private readonly Lock _gate = new();
    private readonly Queue<LogLine> _lines = new();
    private Channel<LogLine>[] _watchers = [];
    private int _count;

    public void Write(string text, bool isError)
    {
        lock (_gate)
        {
            // The dashboard reads the time off the start of each line, for example 2026-01-31T10:00:00.0000000Z.
            var line = new LogLine(++_count, $"{DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture)} {text}", isError);
            _lines.Enqueue(line);
            if (_lines.Count > Kept)
            {
                _lines.Dequeue();
            }

            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryWrite(line);
            }
        }
    }

    public IReadOnlyList<LogLine> Lines()
    {
        lock (_gate)
        {
            return [.. _lines];
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateUnbounded<LogLine>(new UnboundedChannelOptions { SingleReader = true });
        LogLine[] kept;
        lock (_gate)
        {
            kept = [.. _lines];
            _watchers = [.. _watchers, channel];
        }

        try
        {
            if (kept.Length > 0)
            {
                yield return kept;
            }

            while (await channel.Reader.WaitToReadAsync(cancellationToken))
            {
                var batch = new List<LogLine>();
                while (channel.Reader.TryRead(out var line))
                {
                    batch.Add(line);
                }

                yield return batch;
            }
        }
        finally
        {
            lock (_gate)
            {
                _watchers = [.. _watchers.Where(w => w != channel)];
            }
        }
    }

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var text = formatter(state, exception);
        Write(exception is null ? text : $"{text} {exception}", logLevel >= LogLevel.Error);
    }

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}
