namespace Aspire.Hosting.ApplicationModel;

/// <summary>The arguments of the engine's own command that is about to create a container.</summary>
public sealed class ContainerRuntimeArgsCallbackContext(IList<object> args, CancellationToken cancellationToken = default)
{
    public IList<object> Args { get; } = args;

    public CancellationToken CancellationToken { get; } = cancellationToken;
}
