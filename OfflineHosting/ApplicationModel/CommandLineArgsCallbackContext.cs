namespace Aspire.Hosting.ApplicationModel;

/// <summary>The arguments of a process that is about to start.</summary>
public sealed class CommandLineArgsCallbackContext(IList<object> args)
{
    public IList<object> Args { get; } = args;
}
