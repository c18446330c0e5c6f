using System.Collections.Concurrent;
using System.Text.Json;
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

namespace Provisioner.Tests.Cloud;

/// <summary>The drivers of a lab on Google Cloud over an <see cref="EmulatorGcloud"/>: one run, as of one process.</summary>
internal sealed class CloudTestLab : IDisposable
{
    private readonly ServiceProvider services;

    /// <param name="folder">The lab's folder, which outlives the process.</param>
    public CloudTestLab(TestGoogle google, EmulatorGcloud gcloud, string folder, Func<LabPlan, LabPlan>? change = null, int hurry = 20)
    {
        var rehearsal = Directory.CreateDirectory(Path.Combine(folder, "google")).FullName;
        // Without the token file gcloud is asked who is logged in, as against Google Cloud.
        var variables = google.Variables.Where(variable => variable.Key != "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE").ToDictionary();
        File.WriteAllText(Path.Combine(rehearsal, "environment.json"), JsonSerializer.Serialize(variables));
        var made = Plans.Make(folder);
        var plan = made with
        {
            Mode = CloudMode.Rehearsal,
            VipUrl = "",
            Clusters = [.. made.Clusters.Select(cluster => cluster with { GatewayUrl = "" })],
            Cloud = new CloudPlan { FleetProject = made.Project, RehearsalDirectory = rehearsal },
        };
        var collection = new ServiceCollection();
        collection.AddLogging(logging => logging.ClearProviders());
        collection.AddSingleton<TimeProvider>(new HurriedTime(hurry));
        collection.AddSingleton(change?.Invoke(plan) ?? plan);
        collection.AddSingleton<Lab>();
        collection.AddSingleton<LabKubeconfig>();
        new CloudMode(CloudMode.Rehearsal).AddDrivers(collection);
        collection.AddSingleton<IGcloudCli>(gcloud);
        services = collection.BuildServiceProvider();
    }

    /// <summary>What the steps said they wait for.</summary>
    public ConcurrentQueue<string> Waiting { get; } = new();

    public Task<CloudProposal> LookAsync() => services.GetRequiredService<CloudPreflight>().LookAsync(TestContext.Current.CancellationToken);

    /// <summary>Does what the stages do at Google, in their order.</summary>
    public async Task UpAsync(CancellationToken cancellation)
    {
        var lab = services.GetRequiredService<Lab>();
        var (clusters, mesh) = (services.GetRequiredService<IClusterDriver>(), services.GetRequiredService<IMeshDriver>());
        if (await clusters.PreflightAsync(cancellation) is [var problem, ..])
        {
            throw new LabException(problem.What, problem.Cure);
        }

        await LanesAsync(lab.Clusters.Select(clusters.Create), cancellation);
        await LanesAsync(lab.Clusters.Select(mesh.Install), cancellation);
        await LanesAsync(
            JoinStage.Pairs(lab).SelectMany(pair => new IReadOnlyList<Step>[] { [clusters.OpenPath(pair.To, pair.From)], [mesh.Discover(pair.From, pair.To)] }), cancellation);
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

    private Task LanesAsync(IEnumerable<IReadOnlyList<Step>> lanes, CancellationToken cancellation) => Task.WhenAll(lanes.Select(async lane =>
    {
        foreach (var step in lane)
        {
            var progress = new Progress(Waiting.Enqueue);
            if (!await step.IsDone(cancellation))
            {
                await step.Act(progress, cancellation);
            }

            await step.Settle(progress, cancellation);
        }
    }));
}
