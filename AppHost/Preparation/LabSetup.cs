using System.Security.Cryptography;
using System.Text.Json;
using AppHost.Options;
using AppHost.Running;
using Provisioner;
using Provisioner.Plan;
using Provisioner.State;
using ServiceDefaults;

namespace AppHost.Preparation;

/// <summary>Everything decided before the model is built: folder, ports, addresses, and the plan that the provisioner reads.</summary>
internal sealed record LabSetup(LabOptions Options, LabFolder Folder, LabPlan Plan, LoopbackAddresses? Addresses, DashboardAddress? Dashboard) : IDisposable
{
    /// <summary>Of this process, which every process of the lab ends with.</summary>
    public Owner Owner { get; } = Owner.ThisProcess();

    /// <exception cref="Provisioner.LabException">Something the lab needs cannot be had.</exception>
    public static LabSetup Prepare(LabOptions options, DateTimeOffset startedAt, Action<string> say)
    {
        var folder = LabFolder.Claim(options.Directory, Programs.Repository, say);
        try
        {
            var ports = new PortPicker(say);
            var vip = ports.Pick(options.VipPort, 8080, "the VIP", nameof(LabOptions.VipPort));
            ClusterPlan[] clusters = [.. options.Clusters.Select((cluster, index) => PlanCluster(cluster, index, folder.Path, ports))];
            var dashboard = options.Dashboard
                ? new DashboardAddress(
                    ports.Pick(options.DashboardPort, 18888, "the dashboard", nameof(LabOptions.DashboardPort)),
                    ports.Free(),
                    ports.Free(),
                    ports.Free(),
                    RandomNumberGenerator.GetHexString(32, lowercase: true))
                : null;
            var plan = new LabPlan
            {
                Name = options.Name,
                Mode = "embedded",
                Project = options.Project,
                Until = options.Until,
                OwnerPid = Environment.ProcessId,
                Clusters = clusters,
                ConfigCluster = clusters[0].Name,
                VipPort = vip,
                VipUrl = $"http://localhost:{vip}",
                DashboardUrl = dashboard?.LoginUrl,
                Manifests = Path.Combine(Programs.Repository, "kube"),
                Directory = folder.Path,
                StartedAt = startedAt,
            };
            PrivateFile.Write(
                Path.Combine(folder.Path, LabPlan.FileName), JsonSerializer.SerializeToUtf8Bytes(plan, ContractJson.Default.LabPlan));
            return new LabSetup(options, folder, plan, LoopbackAddresses.For(folder.Path), dashboard);
        }
        catch (Exception e)
        {
            folder.Remove();
            if (e is IOException or UnauthorizedAccessException)
            {
                // Such as a full disk.
                throw new LabException($"The lab's folder {folder.Path} cannot be written: {e.Message}", "Make room there, or choose another folder: Lab__Directory=FOLDER");
            }

            throw;
        }
    }

    public void Dispose() => Folder.Remove();

    private static ClusterPlan PlanCluster(ClusterOptions cluster, int index, string folder, PortPicker ports)
    {
        var gateway = ports.Pick(cluster.GatewayPort, 8081 + index, $"the gateway of {cluster.Name}", $"Clusters__{index}__GatewayPort");
        return new ClusterPlan
        {
            Name = cluster.Name,
            ClusterName = cluster.ClusterName,
            Location = cluster.Location,
            PodCidr = cluster.PodCidr,
            ServiceCidr = cluster.ServiceCidr,
            ApiPort = cluster.ApiPort is { } api
                ? ports.Pick(api, api, $"the API of {cluster.Name}", $"Clusters__{index}__ApiPort")
                : ports.Free(),
            Kubeconfig = Path.Combine(folder, "clusters", cluster.Name, "kubeconfig"),
            GatewayPort = gateway,
            GatewayUrl = $"http://localhost:{gateway}",
        };
    }
}
