namespace Provisioner.Stages.Execution;

/// <summary>What the steps that run in one stage say of themselves, side by side.</summary>
/// <remarks>A reader sees one line of a stage: that of the step which has run longest, since it is what the stage waits for.</remarks>
internal sealed class StageTalk
{
    private readonly Lock gate = new();
    private readonly List<(string Step, string Message)> running = [];

    /// <summary>Notes what a step says, from its beginning on.</summary>
    /// <returns>What is shown now.</returns>
    public string Say(string step, string message)
    {
        lock (gate)
        {
            var at = running.FindIndex(each => each.Step == step);
            if (at < 0)
            {
                running.Add((step, message));
            }
            else
            {
                running[at] = (step, message);
            }

            return running[0].Message;
        }
    }

    /// <summary>Notes that a step has ended.</summary>
    /// <returns>What is shown now; null where no other step runs.</returns>
    public string? End(string step)
    {
        lock (gate)
        {
            running.RemoveAll(each => each.Step == step);
            return running.Count > 0 ? running[0].Message : null;
        }
    }
}
