namespace Emulator.Nodes;

/// <summary>Writes a program's log entries to its container's standard output.</summary>
internal sealed class ContainerLogger(Action<string> write) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            write($"{logLevel.ToString().ToUpperInvariant()} {formatter(state, exception)}");
        }
    }
}
