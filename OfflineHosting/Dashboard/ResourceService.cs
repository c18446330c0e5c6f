using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard.Protocol;
using Grpc.Core;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Dashboard;

/// <summary>Answers the dashboard: resources, consoles, commands.</summary>
internal sealed class ResourceService(DistributedApplication application, DashboardSettings settings, IHostApplicationLifetime lifetime)
    : DashboardService.DashboardServiceBase
{
    public override Task<ApplicationInformationResponse> GetApplicationInformation(ApplicationInformationRequest request, ServerCallContext context) =>
        Task.FromResult(new ApplicationInformationResponse { ApplicationName = settings.ApplicationName, MinDashboardVersion = "13.5.0" });

    public override Task WatchResources(
        WatchResourcesRequest request, IServerStreamWriter<WatchResourcesUpdate> responseStream, ServerCallContext context) =>
        UntilEndAsync(context, async cancellationToken =>
        {
            var initial = new InitialResourceData();
            var known = new HashSet<CustomResourceSnapshot>(ReferenceEqualityComparer.Instance);
            foreach (var resource in application.Resources)
            {
                if (application.ResourceNotifications.TryGetCurrentState(resource.Name, out var state))
                {
                    known.Add(state.Snapshot);
                    initial.Resources.Add(ResourceMessages.ToMessage(state));
                }
            }

            await responseStream.WriteAsync(new WatchResourcesUpdate { InitialData = initial }, cancellationToken);
            await foreach (var change in application.ResourceNotifications.WatchAsync(cancellationToken))
            {
                if (!known.Remove(change.Snapshot))
                {
                    var changes = new WatchResourcesChanges { Value = { new WatchResourcesChange { Upsert = ResourceMessages.ToMessage(change) } } };
                    await responseStream.WriteAsync(new WatchResourcesUpdate { Changes = changes }, cancellationToken);
                }
            }
        });

    public override Task WatchResourceConsoleLogs(
        WatchResourceConsoleLogsRequest request, IServerStreamWriter<WatchResourceConsoleLogsUpdate> responseStream, ServerCallContext context) =>
        UntilEndAsync(context, async cancellationToken =>
        {
            var lines = request.SuppressFollow
                ? application.Loggers.GetAllAsync(request.ResourceName)
                : application.Loggers.WatchAsync(request.ResourceName);
            await foreach (var batch in lines.WithCancellation(cancellationToken))
            {
                var update = new WatchResourceConsoleLogsUpdate();
                update.LogLines.AddRange(batch.Select(
                    line => new ConsoleLogLine { Text = line.Content, IsStdErr = line.IsErrorMessage, LineNumber = line.LineNumber }));
                await responseStream.WriteAsync(update, cancellationToken);
            }
        });

    public override async Task<ResourceCommandResponse> ExecuteResourceCommand(ResourceCommandRequest request, ServerCallContext context)
    {
        var result = await application.ResourceCommands.ExecuteCommandAsync(request.ResourceName, request.CommandName, context.CancellationToken);
        return new ResourceCommandResponse
        {
            Kind = result switch
            {
                { Success: true } => ResourceCommandResponseKind.Succeeded,
                { Canceled: true } => ResourceCommandResponseKind.Cancelled,
                _ => ResourceCommandResponseKind.Failed,
            },
            Message = result.Message ?? "",
        };
    }

    // Nothing here asks the user anything; the dashboard keeps the stream open all the same.
    public override Task WatchInteractions(
        IAsyncStreamReader<WatchInteractionsRequestUpdate> requestStream,
        IServerStreamWriter<WatchInteractionsResponseUpdate> responseStream,
        ServerCallContext context) =>
        UntilEndAsync(context, cancellationToken => Task.Delay(Timeout.Infinite, cancellationToken));

    private async Task UntilEndAsync(ServerCallContext context, Func<CancellationToken, Task> stream)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            await stream(ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The dashboard went away, or the application ends.
        }
    }
}
