using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Testing;

namespace Provisioner.Tests.Cloud;

/// <summary>Whole runs of the cloud's drivers against GoogleEmulator, over recorded argument lists: made once, cut off anywhere, taken down from anywhere.</summary>
public sealed partial class CloudRunTests : IDisposable
{
    private const string Us = "multi-cluster-demo-us";
    private const string Ingresses = "/apis/networking.gke.io/v1/namespaces/istio-ingress/multiclusteringresses/mci-for-asm-ingressgateway";
    private const string GatewayService = "/api/v1/namespaces/istio-ingress/services/istio-ingressgateway";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_whole_run_and_its_end_call_gcloud_as_recorded()
    {
        Tool.Require("gke-gcloud-auth-plugin");
        await using var google = await TestGoogle.StartAsync();
        var gcloud = new EmulatorGcloud(google);
        using (var lab = new CloudTestLab(google, gcloud, folder.Path))
        {
            await lab.UpAsync(TestContext.Current.CancellationToken);
            var kubernetes = google.Kubernetes(Us);
            kubernetes.Put(Ingresses, Named("mci-for-asm-ingressgateway"));
            kubernetes.Put(GatewayService, Named("istio-ingressgateway", "LoadBalancer"));
            Assert.Empty(await lab.DownAsync([]));
            Assert.Equal([Ingresses, GatewayService], kubernetes.Deleted.Where(path => path is Ingresses or GatewayService));
        }

        Assert.Empty(google.Left);
        // Lanes run side by side and polls depend on time: which lines there are is the contract. Tags and the project's number are the emulator's.
        var lines = gcloud.Calls.Select(call => $"gcloud {Tag().Replace(call, "-1a2b3c4d-node").Replace($"proj-{google.Project.Number}", "proj-123456789")}").Distinct().Order(StringComparer.Ordinal);
        var golden = Path.Combine(RepositoryRoot.Path, "tests", "Provisioner.Tests", "Cloud", "Golden", "managed.txt");
        if (Environment.GetEnvironmentVariable("LAB_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllLines(golden, lines);
        }

        Assert.Equal(File.ReadAllLines(golden), lines);
    }

    /// <summary>A third of the calls for each fate; LAB_SLOW=1 tries both after every one.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_run_that_is_cut_off_after_any_call_goes_on_or_is_taken_down_and_leaves_nothing(bool goesOn)
    {
        Tool.Require("gke-gcloud-auth-plugin");
        var step = Environment.GetEnvironmentVariable("LAB_SLOW") == "1" ? 1 : 3;
        using var ended = new CancellationTokenSource();
        var wasCut = 0;
        await Parallel.ForEachAsync(Cuts(), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = TestContext.Current.CancellationToken }, async (cut, cancellation) =>
        {
            await using var google = await TestGoogle.StartAsync();
            var own = Directory.CreateDirectory(folder.File($"{cut}")).FullName;
            if (await CutOffAsync(google, own, cut) is not { } last)
            {
                await ended.CancelAsync();
                return;
            }

            Interlocked.Increment(ref wasCut);
            if (google.Left.Count == 0)
            {
                // It was still looking.
                return;
            }

            if (goesOn)
            {
                await GoesOnAsync(google, own, last, cancellation);
            }

            // Every other lab has lost its record: labels alone tell what is its own.
            var byLabels = !goesOn && cut % 4 < 2;
            var said = new List<string>();
            using var lab = new CloudTestLab(google, new EmulatorGcloud(google), own);
            Assert.Empty(byLabels ? await lab.DownByLabelsAsync(said) : await lab.DownAsync(said));
            // Without a record nobody knows who enabled a feature of a fleet that has no members; that is nobody's to disable.
            Assert.True(google.Left.All(thing => byLabels && thing.StartsWith("feature ", StringComparison.Ordinal)), $"cut off after {last}: left {string.Join(", ", google.Left)}\n{string.Join('\n', said)}");
        });
        Assert.True(wasCut > 10, $"only {wasCut} runs were cut off");

        // Until a run came to its end before its cut.
        IEnumerable<int> Cuts()
        {
            for (var cut = goesOn || step == 1 ? 1 : 2; !ended.IsCancellationRequested; cut += step)
            {
                yield return cut;
            }
        }
    }

    [Fact]
    public async Task Down_leaves_alone_what_the_lab_did_not_make()
    {
        Tool.Require("gke-gcloud-auth-plugin");
        await using var google = await TestGoogle.StartAsync();
        var gcloud = new EmulatorGcloud(google);
        using var lab = new CloudTestLab(google, gcloud, folder.Path);
        await lab.UpAsync(TestContext.Current.CancellationToken);
        await RunAsync(gcloud, "container clusters create other --project=lab-demo --location=us-central1-c --machine-type=e2-standard-4 --num-nodes=1 --workload-pool=x --network=default --fleet-project=lab-demo");
        await RunAsync(gcloud, "compute firewall-rules create istio-multicluster-pods-other --project=lab-demo --network=default --description=lab=other --allow=tcp --direction=INGRESS --priority=900 --source-ranges=10.0.0.0/8 --target-tags=other");
        await Eventually.HoldsAsync(() => google.Project.Fleet.Memberships.Any(membership => membership.Name == "other"), "the other cluster is a member");

        Assert.Empty(await lab.DownAsync([]));
        // The fleet has another member, which may use its features.
        Assert.Equal(["cluster other", "feature multiclusteringress", "feature servicemesh", "firewalls istio-multicluster-pods-other", "membership other"], google.Left.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_dry_run_shows_the_commands_in_order_and_changes_nothing()
    {
        Tool.Require("gke-gcloud-auth-plugin");
        await using var google = await TestGoogle.StartAsync();
        using var lab = new CloudTestLab(google, new EmulatorGcloud(google), folder.Path);
        await lab.UpAsync(TestContext.Current.CancellationToken);
        var before = google.Left;
        var said = new List<string>();
        await lab.DownAsync(said, dryRun: true);

        Assert.Equal(before, google.Left);
        string[] order = ["us-central1-c_multi-cluster-demo-us delete multiclusteringresses --all --all-namespaces", "delete services --all-namespaces", "ingress disable", "mesh disable", "memberships unregister", "firewall-rules delete", "clusters delete"];
        var places = order.Select(part => said.FindIndex(line => line.Contains(part))).ToArray();
        Assert.True(places.All(place => place >= 0) && places.SequenceEqual(places.Order()), string.Join('\n', said));
    }

    /// <summary>Runs until the cut.</summary>
    /// <returns>The last call, or null when the run ended before it.</returns>
    private static async Task<string?> CutOffAsync(TestGoogle google, string folder, int cut)
    {
        var gcloud = new EmulatorGcloud(google) { CutAfter = cut };
        using var lab = new CloudTestLab(google, gcloud, folder);
        try
        {
            await lab.UpAsync(gcloud.Cut.Token);
            return null;
        }
        catch (OperationCanceledException) when (gcloud.Cut.IsCancellationRequested)
        {
            return gcloud.Calls[cut - 1];
        }
    }

    private static async Task GoesOnAsync(TestGoogle google, string folder, string last, CancellationToken cancellation)
    {
        var clusters = google.Clusters.Select(cluster => cluster.Plan.Id).ToArray();
        using var lab = new CloudTestLab(google, new EmulatorGcloud(google), folder);
        await lab.UpAsync(cancellation);
        Assert.True(clusters.All(id => google.Clusters.Any(cluster => cluster.Plan.Id == id)), $"cut off after {last}: a cluster was made anew");
        Assert.Equal((2, 2, 2), (google.Clusters.Count, google.Project.Fleet.Memberships.Count(), google.Project.Fleet.Features.Count()));
        Assert.Equal("connected", google.Kubernetes(Us)["/api/v1/namespaces/istio-system/configmaps/asm-options"]?["data"]?["multicluster_mode"]?.ToString());
        Assert.Single(google.Project.Compute.Firewalls, rule => rule.Name == "istio-multicluster-pods");
    }

    private static async Task RunAsync(EmulatorGcloud gcloud, string line)
    {
        var result = await gcloud.RunAsync(line.Split(' '), null, TestContext.Current.CancellationToken);
        Assert.True(result.ExitCode == 0, result.Errors);
    }

    private static JsonObject Named(string name, string? type = null) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "istio-ingress" },
        ["spec"] = new JsonObject { ["type"] = type },
    };

    [GeneratedRegex("-[0-9a-f]{8}-node")]
    private static partial Regex Tag();
}
