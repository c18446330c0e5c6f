namespace Emulator.Schema.Cel;

/// <summary>An expression that was read, ready to be evaluated.</summary>
internal sealed class CelProgram(CelNode root)
{
    /// <exception cref="CelException">It has no value.</exception>
    public object? Run(IReadOnlyDictionary<string, object?> variables) => Run(variables, long.MaxValue, out _);

    /// <param name="limit">What the evaluation may cost, in the units of cel-go.</param>
    /// <param name="cost">What it did cost, also when it failed.</param>
    /// <exception cref="CelException">It has no value, or costs more.</exception>
    public object? Run(IReadOnlyDictionary<string, object?> variables, long limit, out long cost)
    {
        var run = new CelRun(new CelMeter(limit));
        try
        {
            return run.Evaluate(root, new Dictionary<string, object?>(variables));
        }
        finally
        {
            cost = run.Meter.Spent;
        }
    }
}
