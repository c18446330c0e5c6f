namespace Provisioner.Stages;

/// <summary>What a step or a check saw last; it becomes the reason when a deadline passes.</summary>
internal sealed class Progress(Action<string>? report = null)
{
    public string Last { get; private set; } = "";

    public void Report(string message)
    {
        if (message != Last)
        {
            Last = message;
            report?.Invoke(message);
        }
    }
}
