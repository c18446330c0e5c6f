using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Provisioner.Clusters;
using Provisioner.Clusters.Gke;
using Provisioner.Clusters.Gke.Down;
using Provisioner.Mesh;
using Provisioner.Modes;
using Provisioner.Plan;
using Provisioner.Stages;
using Provisioner.Tests.Plan;
using Provisioner.Tools.Gcloud;
using Testing;

namespace Provisioner.Tests.Cloud;

/// <summary>The drivers of a lab on Google Cloud over a <see cref="FakeGoogle"/>: one run, as of one process.</summary>
internal sealed class CloudTestLab : IDisposable
{
    private readonly ServiceProvider services;

    public CloudTestLab(FakeGoogle google, TemporaryFolder folder, Func<LabPlan, LabPlan>? change = null)
    {
        var rehearsal = Directory.CreateDirectory(folder.File("google")).FullName;
        File.WriteAllText(Path.Combine(rehearsal, "environment.json"), "{}");
        var made = Plans.Make(folder.Path);
        var plan = made with
        {
            Mode = CloudMode.Rehearsal,
            VipUrl = "",
            Clusters = [.. made.Clusters.Select(cluster => cluster with { GatewayUrl = "" })],
            Cloud = new CloudPlan { FleetProject = made.Project, RehearsalDirectory = rehearsal },
        };
        var collection = new ServiceCollection();
        collection.AddLogging(logging => logging.ClearProviders());
        collection.AddSingleton(TimeProvider.System);
        collection.AddSingleton(change?.Invoke(plan) ?? plan);
        collection.AddSingleton<Lab>();
        collection.AddSingleton<LabKubeconfig>();
        new CloudMode(CloudMode.Rehearsal).AddDrivers(collection);
        collection.AddSingleton<IGcloudCli>(google);
        services = collection.BuildServiceProvider();
    }

    public Task<CloudProposal> LookAsync() => services.GetRequiredService<CloudPreflight>().LookAsync(TestContext.Current.CancellationToken);

    /// <summary>Does what the stages do at Google, in their order.</summary>
    public async Task UpAsync(CancellationToken cancellation)
    {
        var lab = services.GetRequiredService<Lab>();
        var (clusters, mesh) = (services.GetRequiredService<IClusterDriver>(), services.GetRequiredService<IMeshDriver>());
        await LanesAsync(lab.Clusters.Select(clusters.Create), cancellation);
        await LanesAsync(lab.Clusters.Select(mesh.Install), cancellation);
        await LanesAsync(
            JoinStage.Pairs(lab).SelectMany(pair => new IReadOnlyList<Step>[] { [clusters.OpenPath(pair.To, pair.From)], [mesh.Discover(pair.From, pair.To)] }), cancellation);
        // The wait for kinds that Google installs is the second step.
        await LanesAsync([services.GetRequiredService<IGlobalIngressDriver>().Enable()], cancellation);
    }

    public async Task<IReadOnlyList<string>> DownAsync(List<string> said, bool dryRun = false)
    {
        var cloud = services.GetRequiredService<CloudLab>();
        var target = new DownTarget
        {
            Name = cloud.Plan.Name,
            Fleet = cloud.Fleet,
            Projects = [.. cloud.Projects],
            Record = services.GetRequiredService<CloudRecordFile>().Current,
        };
        return await services.GetRequiredService<CloudDown>().RunAsync(target, dryRun, said.Add, TestContext.Current.CancellationToken);
    }

    /// <summary>Down as after the record was lost: from labels alone.</summary>
    public Task<IReadOnlyList<string>> DownByLabelsAsync(List<string> said) => services.GetRequiredService<CloudDown>().RunAsync(
        new DownTarget { Name = "lab", Fleet = "lab-demo", Projects = ["lab-demo"] }, dryRun: false, said.Add, TestContext.Current.CancellationToken);

    public void Dispose() => services.Dispose();

    private static Task LanesAsync(IEnumerable<IReadOnlyList<Step>> lanes, CancellationToken cancellation) => Task.WhenAll(lanes.Select(async lane =>
    {
        foreach (var step in lane)
        {
            var progress = new Progress();
            if (!await step.IsDone(cancellation))
            {
                await step.Act(progress, cancellation);
            }

            await step.Settle(progress, cancellation);
        }
    }));
}
