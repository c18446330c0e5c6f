using AppHost.Running;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;
using Provisioner.Api;
using Provisioner.Plan;
using Provisioner.State;

namespace AppHost.Resources;

/// <summary>The dashboard's commands; each is a verb of the provisioner.</summary>
internal static class LabCommands
{
    public static IResourceBuilder<T> WithClusterCommands<T>(this IResourceBuilder<T> cluster, LabControl control, ClusterPlan plan)
        where T : IResource
    {
        if (plan.K3s is not null || plan.Existing is not null)
        {
            // These cannot be cut off by the lab: the verb says so, and a button would promise it.
            return cluster;
        }

        var arguments = new CommandArguments { Cluster = plan.Name };
        return cluster
            .WithVerb(control, "cut", "Cut off", arguments, "PlugDisconnected", "Cuts this cluster off from the others: pods and API")
            .WithVerb(control, "heal", "Heal", arguments, "PlugConnected", "Opens again what was cut");
    }

    public static IResourceBuilder<ExecutableResource> WithProvisionerCommands(this IResourceBuilder<ExecutableResource> provisioner, LabControl control) =>
        provisioner
            .WithVerb(control, "next", "Next stage", new CommandArguments(), "Next", "Runs the next stage that is not done", s => s.Stage < LabPlan.LastStage)
            .WithVerb(control, "verify", "Verify", new CommandArguments(), "CheckmarkCircle", "Makes every check that holds now, on real traffic")
            .WithVerb(control, "join", "Join mesh", new CommandArguments(), "Link", "Lets each cluster's mesh find the other's endpoints")
            .WithVerb(control, "leave", "Leave mesh", new CommandArguments(), "LinkDismiss", "Takes the clusters' meshes apart again");

    public static IResourceBuilder<WorkloadResource> WithWorkloadCommands(this IResourceBuilder<WorkloadResource> workload, LabControl control)
    {
        var cluster = workload.Resource.Cluster;
        var arguments = new CommandArguments { Cluster = cluster };
        return workload.Resource.Workload switch
        {
            "istiod" => workload
                .WithVerb(control, "join", "Join mesh", new CommandArguments(), "Link", "Lets each cluster's mesh find the other's endpoints")
                .WithVerb(control, "leave", "Leave mesh", new CommandArguments(), "LinkDismiss", "Takes the clusters' meshes apart again"),
            "gateway" => workload
                .WithVerb(control, "gateways-internal", "Internal only", arguments, "LockClosed", "Makes the gateways' Services ClusterIP: only the VIP reaches them")
                .WithVerb(control, "gateways-external", "External", arguments, "LockOpen", "Makes the gateways' Services LoadBalancer again"),
            "whereami" => workload
                .WithVerb(control, "scale", "Scale to 1", arguments with { Replicas = 1 }, "ArrowMinimize", "One pod", name: "scale-1")
                .WithVerb(control, "scale", "Scale to 3", arguments with { Replicas = 3 }, "ArrowMaximize", "Three pods, as at the start", name: "scale-3")
                .WithVerb(control, "scale", "Scale to 6", arguments with { Replicas = 6 }, "ArrowMaximize", "Six pods", name: "scale-6")
                .WithVerb(control, "drain", "Drain", arguments, "ArrowDownload", "Takes all pods away: the other cluster answers alone")
                .WithVerb(control, "restart", "Rolling restart", arguments, "ArrowClockwise", "Replaces the pods one by one", name: "rollout-restart"),
            _ => workload,
        };
    }

    private static IResourceBuilder<T> WithVerb<T>(
        this IResourceBuilder<T> resource,
        LabControl control,
        string verb,
        string title,
        CommandArguments arguments,
        string icon,
        string description,
        Func<LabState, bool>? applies = null,
        string? name = null)
        where T : IResource =>
        resource.WithCommand(
            name ?? verb,
            title,
            context => ExecuteAsync(control, verb, arguments, context),
            new CommandOptions
            {
                Description = description,
                IconName = icon,
                UpdateState = _ => control.Current is { Running: null } state && applies?.Invoke(state) is not false
                    ? ResourceCommandState.Enabled
                    : ResourceCommandState.Disabled,
            });

    private static async Task<ExecuteCommandResult> ExecuteAsync(
        LabControl control, string verb, CommandArguments arguments, ExecuteCommandContext context)
    {
        var last = await control.RunAsync(verb, arguments, line => context.Logger.LogInformation("{Line}", line), context.CancellationToken);
        return last.Ok ? CommandResults.Success(last.Message) : CommandResults.Failure(last.Cure is null ? last.Message : $"{last.Message} {last.Cure}");
    }
}
