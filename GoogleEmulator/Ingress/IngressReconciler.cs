using System.Net.Sockets;
using AppHost.Preparation;
using GoogleEmulator.Clusters;
using GoogleEmulator.Container;
using GoogleEmulator.Fleets;
using GoogleEmulator.Projects;
using GoogleEmulator.Shell;
using Provisioner.Kubernetes;
using Provisioner.MultiClusterIngress;

namespace GoogleEmulator.Ingress;

/// <summary>Runs MultiClusterIngress for a fleet that has enabled it: the kinds in the config cluster, and the process that acts on them.</summary>
internal sealed class IngressReconciler(
    EmulatorOptions options, EmulatorFolder folder, ClusterTable clusters, IPrograms programs, TimeProvider time, ILogger<IngressReconciler> logger) : IAsyncDisposable
{
    private readonly int vipPort = options.VipPort != 0 ? options.VipPort : new PortPicker(_ => { }).Free();
    private IProgram? process;
    private string? running;

    public async Task ReconcileAsync(Project project, CancellationToken cancellation)
    {
        var fleet = project.Fleet;
        if (fleet.FindFeature(Fleet.Ingress) is not { } feature)
        {
            if (running?.StartsWith(project.Id + ' ', StringComparison.Ordinal) == true)
            {
                await StopAsync();
            }

            return;
        }

        var path = feature.Spec[Fleet.Ingress]!["configMembership"]!.ToString();
        if (Plan(project, path, out var reason) is not { } plan)
        {
            Say(feature, "ERROR", $"AVMBR111: Failed to get Config Membership: {reason}");
            return;
        }

        if (process is { HasExited: true })
        {
            logger.LogError("The global ingress ended with {Code}; it is started again", process.ExitCode);
            running = null;
        }

        var key = $"{project.Id} {plan.Key}";
        if (running != key)
        {
            await plan.Config.Process!.Api.ApplyAsync(null, EmbeddedGlobalIngress.Definitions(), cancellation);
            await StopAsync();
            FleetKubeconfig.Write(folder.FleetKubeconfig, plan.Members.Select(member => member.Cluster));
            process = programs.Start("GlobalIngress", "global-ingress", Arguments(plan));
            running = key;
        }

        if (await AnswersAsync(cancellation))
        {
            Say(feature, "OK", "Ready to use");
            var now = time.GetUtcNow();
            foreach (var member in fleet.Memberships)
            {
                feature.MemberStates.TryAdd(member.Path, new MemberState(new FeatureState("OK", "", now)));
            }
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private IngressPlan? Plan(Project project, string path, out string reason)
    {
        var members = project.Fleet.Running(clusters);
        if (project.Fleet.Find(path) is not { } membership)
        {
            reason = $"membership {path} was not found";
            return null;
        }

        var config = members.FirstOrDefault(member => member.Membership == membership).Cluster;
        reason = config is null ? $"the cluster of membership {path} does not run" : "";
        return config is null ? null : new IngressPlan(project.Id, config, members);
    }

    private List<string> Arguments(IngressPlan plan)
    {
        List<string> arguments =
        [
            "--config-cluster", plan.Config.Plan.ShortName,
            "--kubeconfig", folder.FleetKubeconfig,
            .. plan.Members.SelectMany(member => new[] { "--member", $"{member.Cluster.Plan.ShortName}={member.Cluster.Plan.Location}/{member.Cluster.Plan.Name}" }),
            "--project", plan.Project,
            "--vip-port", $"{vipPort}",
        ];
        if (options.VipAddress is { } address)
        {
            arguments.AddRange(["--vip-address", address]);
        }

        return arguments;
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellation)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(System.Net.IPAddress.Loopback, vipPort, cancellation);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task StopAsync()
    {
        running = null;
        if (process is { } old)
        {
            process = null;
            await old.DisposeAsync();
        }
    }

    private void Say(Feature feature, string code, string description)
    {
        if (feature.State is not { } state || state.Code != code || state.Description != description)
        {
            feature.State = new FeatureState(code, description, time.GetUtcNow());
            feature.Updated = feature.State.Updated;
            logger.LogInformation("{Feature}: {Code} {Description}", feature.Id, code, description);
        }
    }
}
