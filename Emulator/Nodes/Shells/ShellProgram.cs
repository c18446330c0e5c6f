using System.Text.Json.Nodes;

namespace Emulator.Nodes;

/// <summary>A program to run in a container of its own.</summary>
internal sealed record ShellProgram
{
    public required JsonObject Container { get; init; }

    public required IReadOnlyList<string> Command { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public string WorkingDirectory { get; init; } = "/";

    /// <summary>Whether /bin holds busybox's programs only, as in its image, rather than the host's.</summary>
    public bool IsBusyBox { get; init; }

    /// <summary>Whether busybox's programs stand in for what the host lacks.</summary>
    public bool HasBusyBox { get; init; }

    /// <summary>Whether it only holds a place for commands, beside a program that runs in this process.</summary>
    public bool IsCompanion { get; init; }

    /// <summary>Whether somebody may attach to its input.</summary>
    public bool HasInput { get; init; }

    public bool HasTerminal { get; init; }

    /// <summary>Takes the lines that it writes.</summary>
    public Action<string> Log { get; init; } = _ => { };
}
