namespace Aspire.Hosting.ApplicationModel;

/// <summary>Names of the commands that every executable has.</summary>
public static class KnownResourceCommands
{
    public static readonly string StartCommand = "start";
    public static readonly string StopCommand = "stop";
    public static readonly string RestartCommand = "restart";
}
