namespace Aspire.Hosting.ApplicationModel;

/// <summary>The environment of a process that is about to start.</summary>
public class EnvironmentCallbackContext
{
    internal EnvironmentCallbackContext(IResource resource) => Resource = resource;

    public IResource Resource { get; }

    public Dictionary<string, object> EnvironmentVariables { get; } = [];
}
