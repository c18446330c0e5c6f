namespace Emulator.Nodes;

/// <summary>One line of a container's output, without its line break.</summary>
internal readonly record struct LogLine(DateTimeOffset Time, string Text);
