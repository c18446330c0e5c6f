namespace Aspire.Hosting.ApplicationModel;

/// <summary>Gives commands to resources.</summary>
public class ResourceCommandService
{
    private readonly ResourceNotificationService _notifications;
    private readonly ResourceLoggerService _loggers;

    internal ResourceCommandService(ResourceNotificationService notifications, ResourceLoggerService loggers)
    {
        _notifications = notifications;
        _loggers = loggers;
    }

    public Task<ExecuteCommandResult> ExecuteCommandAsync(string resourceId, string commandName, CancellationToken cancellationToken = default) =>
        _notifications.TryGetCurrentState(resourceId, out var known)
            ? ExecuteCommandAsync(known.Resource, commandName, cancellationToken)
            : Task.FromResult(CommandResults.Failure($"There is no resource '{resourceId}'."));

    public async Task<ExecuteCommandResult> ExecuteCommandAsync(
        IResource resource, string commandName, CancellationToken cancellationToken = default)
    {
        var command = resource.Annotations.OfType<ResourceCommandAnnotation>().LastOrDefault(c => c.Name == commandName);
        if (command is null)
        {
            return CommandResults.Failure($"Resource '{resource.Name}' has no command '{commandName}'.");
        }

        if (_notifications.TryGetCurrentState(resource.Name, out var known) && command.Snapshot(known.Snapshot).State != ResourceCommandState.Enabled)
        {
            return CommandResults.Failure(
                $"Command '{commandName}' is not available while '{resource.Name}' is {known.Snapshot.State?.Text ?? "in no state"}.");
        }

        var logger = _loggers.Console(resource.Name);
        try
        {
            return await command.ExecuteCommand(
                new ExecuteCommandContext { ResourceName = resource.Name, Logger = logger, CancellationToken = cancellationToken });
        }
        catch (OperationCanceledException)
        {
            return CommandResults.Canceled();
        }
        catch (Exception e)
        {
            logger.Write($"Command '{commandName}' failed: {e}", isError: true);
            return CommandResults.Failure(e);
        }
    }
}
