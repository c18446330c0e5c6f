using System.Security.Cryptography;
using System.Text.Json;
using AppHost.K3s;
using AppHost.Options;
using AppHost.Running;
using Provisioner;
using Provisioner.Plan;
using ServiceDefaults;

namespace AppHost.Preparation;

/// <summary>Everything decided before the model is built: folder, ports, addresses, and the plan that the provisioner reads.</summary>
/// <param name="K3s">Null in modes without containers.</param>
internal sealed record LabSetup(
    LabOptions Options, LabFolder Folder, LabPlan Plan, PortPicker Ports, LoopbackAddresses? Addresses, DashboardAddress? Dashboard, K3sSetup? K3s) : IAsyncDisposable
{
    /// <summary>Of this process, which every process of the lab ends with.</summary>
    public Owner Owner { get; } = Owner.ThisProcess();

    /// <exception cref="Provisioner.LabException">Something the lab needs cannot be had.</exception>
    public static async Task<LabSetup> PrepareAsync(LabOptions options, DateTimeOffset startedAt, Action<string> say)
    {
        var place = await LabPlace.ChooseAsync(options, say);
        if (options.Keep && place.Engine is not null)
        {
            throw new LabException("--keep is for embedded clusters, and this lab takes k3s, whose clusters go with it.", "Leave out --keep, or add --mode embedded.");
        }

        var folder = LabFolder.Claim(options.Directory, Programs.Repository, say, options.Keep);
        using var interruption = new Interruption(folder);
        var ports = new PortPicker(say);
        K3sSetup? k3s = null;
        try
        {
            k3s = place.Engine is null ? null : await K3sSetup.PrepareAsync(place, options, folder.Path, say);
            var earlier = options.Keep ? Earlier(folder.Path) : [];
            var vip = ports.Pick(options.VipPort, 8080, "the VIP", nameof(LabOptions.VipPort));
            var cloud = CloudSetup.Plan(options, folder.Path);
            ClusterPlan[] clusters =
                [.. options.Clusters.Select((cluster, index) => cloud is null ? PlanCluster(cluster, index, folder.Path, ports, k3s?.Plan, earlier) : PlanCloudCluster(cluster, folder.Path))];
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
                Mode = CloudSetup.ModeOf(options) ?? place.Mode,
                Project = options.Project,
                Until = options.Until,
                OwnerPid = Environment.ProcessId,
                Clusters = clusters,
                ConfigCluster = clusters[0].Name,
                VipPort = vip,
                VipUrl = cloud is null ? $"http://localhost:{vip}" : "",
                DashboardUrl = dashboard?.LoginUrl,
                Manifests = Path.Combine(Programs.Repository, "kube"),
                Directory = folder.Path,
                StartedAt = startedAt,
                K3s = k3s?.Plan,
                Existing = options.Mode == LabMode.Existing ? PlanExisting(options) : null,
                Cloud = cloud,
            };
            PrivateFile.Write(
                Path.Combine(folder.Path, LabPlan.FileName), JsonSerializer.SerializeToUtf8Bytes(plan, ContractJson.Default.LabPlan));
            return new LabSetup(options, folder, plan, ports, LoopbackAddresses.For(folder.Path), dashboard, k3s);
        }
        catch (Exception e)
        {
            if (k3s is not null)
            {
                await k3s.DisposeAsync();
            }

            ports.Dispose();
            folder.Remove();
            if (e is IOException or UnauthorizedAccessException)
            {
                // Such as a full disk.
                throw new LabException($"The lab's folder {folder.Path} cannot be written: {e.Message}", "Make room there, or choose another folder: Lab__Directory=FOLDER");
            }

            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (K3s is not null)
        {
            await K3s.DisposeAsync();
        }

        Ports.Dispose();
        Folder.Remove();
    }

    private static ExistingPlan PlanExisting(LabOptions options)
    {
        // As kubectl looks for it; the first of several files.
        var variable = Environment.GetEnvironmentVariable("KUBECONFIG")?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        var home = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config");
        return new ExistingPlan
        {
            Kubeconfig = Path.GetFullPath(options.Kubeconfig ?? variable ?? home),
            WhereamiImage = options.WhereamiImage == K3sImages.Whereami ? null : options.WhereamiImage,
        };
    }

    private static ClusterPlan PlanCloudCluster(ClusterOptions cluster, string folder) => new()
    {
        Name = cluster.Name,
        ClusterName = cluster.ClusterName,
        Location = cluster.Location,
        Project = cluster.Project,
        PodCidr = cluster.PodCidr,
        ServiceCidr = cluster.ServiceCidr,
        Kubeconfig = Path.Combine(folder, "clusters", cluster.Name, "kubeconfig"),
        GatewayUrl = "",
    };

    /// <summary>The clusters of the lab that was kept here; none when there was none.</summary>
    private static IReadOnlyList<ClusterPlan> Earlier(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(folder, LabPlan.FileName)), ContractJson.Default.LabPlan)?.Clusters ?? [];
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return [];
        }
    }

    private static ClusterPlan PlanCluster(ClusterOptions cluster, int index, string folder, PortPicker ports, K3sPlan? k3s, IReadOnlyList<ClusterPlan> earlier)
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
                : ports.Free(earlier.FirstOrDefault(known => known.Name == cluster.Name)?.ApiPort),
            Kubeconfig = Path.Combine(folder, "clusters", cluster.Name, "kubeconfig"),
            GatewayPort = gateway,
            GatewayUrl = $"http://localhost:{gateway}",
            K3s = k3s is null ? null : K3sPlanner.PlanCluster(k3s, cluster),
            Existing = cluster.Context is { } context ? new ExistingClusterPlan { Context = context, PeerApi = cluster.PeerApi } : null,
        };
    }
}
