namespace Containers;

/// <summary>What one call of the engine's command line gave.</summary>
public sealed record EngineAnswer(int ExitCode, string Output, string Errors)
{
    public bool Ok => ExitCode == 0;

    /// <summary>The engine's own last word, without its advice on how to call it.</summary>
    public string Reason =>
        Errors.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault(line => !line.StartsWith("Run '", StringComparison.Ordinal) && !line.StartsWith("See '", StringComparison.Ordinal))
        ?? $"exit code {ExitCode}";
}
