using System.Text.Json.Nodes;
using Testing;

namespace Provisioner.Tests.Cloud;

/// <summary>Whole runs of the cloud's drivers over recorded argument lists: made once, cut off anywhere, taken down from anywhere.</summary>
public sealed class CloudRunTests : IAsyncLifetime
{
    private const string Ingresses = "/apis/networking.gke.io/v1/namespaces/istio-ingress/multiclusteringresses/mci-for-asm-ingressgateway";
    private const string GatewayService = "/api/v1/namespaces/istio-ingress/services/istio-ingressgateway";

    private readonly TemporaryFolder folder = new();
    private readonly KubeStub us = new();
    private readonly KubeStub asia = new();

    public async ValueTask InitializeAsync()
    {
        await us.StartAsync();
        await asia.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await us.DisposeAsync();
        await asia.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_whole_run_and_its_end_call_gcloud_as_recorded()
    {
        Tool.Require("gke-gcloud-auth-plugin");
        var google = NewGoogle();
        using (var lab = new CloudTestLab(google, folder))
        {
            Assert.Empty((await lab.LookAsync()).Problems);
            await lab.UpAsync(TestContext.Current.CancellationToken);
            us.Put(Ingresses, Named("mci-for-asm-ingressgateway"));
            us.Put(GatewayService, Named("istio-ingressgateway", "LoadBalancer"));
            Assert.Empty(await lab.DownAsync([]));
        }

        Assert.True(google.IsEmpty);
        Assert.Equal([Ingresses, GatewayService], us.Deleted);
        // Lanes run side by side and polls depend on time: which lines there are is the contract.
        var lines = google.Calls.Distinct().Order(StringComparer.Ordinal).Select(call => $"gcloud {call}");
        var golden = Path.Combine(RepositoryRoot.Path, "tests", "Provisioner.Tests", "Cloud", "Golden", "managed.txt");
        if (Environment.GetEnvironmentVariable("LAB_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllLines(golden, lines);
        }

        Assert.Equal(File.ReadAllLines(golden), lines);
    }

    [Fact]
    public async Task A_run_that_is_cut_off_after_any_call_goes_on_and_makes_nothing_twice()
    {
        for (var cut = 1; ; cut++)
        {
            var google = NewGoogle();
            google.CutAfter = cut;
            if (!await CutOffAsync(google))
            {
                Assert.True(cut > 15, $"a run made only {cut} calls");
                break;
            }

            var again = After(google);
            using (var lab = new CloudTestLab(again, folder))
            {
                await lab.UpAsync(TestContext.Current.CancellationToken);
                var twice = again.Created.Where(each => each.Value > 1).Select(each => each.Key);
                Assert.True(!twice.Any(), $"cut off after {google.Calls[^1]}: made twice: {string.Join(", ", twice)}");
                Assert.Equal(2, again.Clusters.Count);
                Assert.Equal(2, again.Memberships.Count);
                Assert.Equal("connected", us["/api/v1/namespaces/istio-system/configmaps/asm-options"]?["data"]?["multicluster_mode"]?.ToString());
                Assert.Empty(await lab.DownAsync([]));
                Assert.True(again.IsEmpty, $"cut off after {google.Calls[^1]}");
            }

            Clear();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Down_from_any_partly_made_state_leaves_nothing(bool byLabelsAlone)
    {
        for (var cut = 1; ; cut++)
        {
            var google = NewGoogle();
            google.CutAfter = cut;
            var wasCut = await CutOffAsync(google);
            var again = After(google);
            using (var lab = new CloudTestLab(again, folder))
            {
                var said = new List<string>();
                Assert.Empty(byLabelsAlone ? await lab.DownByLabelsAsync(said) : await lab.DownAsync(said));
                // Without a record nobody knows who enabled a feature of a fleet that has no members; that is nobody's to disable.
                var expected = again.Clusters.Count + again.Memberships.Count + again.Firewalls.Count == 0 && (byLabelsAlone || (again.Mesh is null && again.Ingress is null));
                Assert.True(expected, $"cut off after {google.Calls[^1]}:\n{string.Join('\n', said)}");
            }

            Clear();
            if (!wasCut)
            {
                break;
            }
        }
    }

    [Fact]
    public async Task Down_leaves_alone_what_the_lab_did_not_make()
    {
        var google = NewGoogle();
        using var lab = new CloudTestLab(google, folder);
        google.AddCluster("other", "us-central1-c", lab: null);
        google.Memberships["other"] = FakeGoogle.Membership("lab-demo", "us-central1", "other", "us-central1-c/other");
        google.Firewalls["istio-multicluster-pods-other"] = new JsonObject { ["name"] = "istio-multicluster-pods-other", ["description"] = "lab=other" };
        await lab.UpAsync(TestContext.Current.CancellationToken);

        Assert.Empty(await lab.DownAsync([]));
        Assert.Equal(["other"], google.Clusters.Keys);
        Assert.Equal(["other"], google.Memberships.Keys);
        Assert.Equal(["istio-multicluster-pods-other"], google.Firewalls.Keys);
        // Another member of the fleet may use them.
        Assert.NotNull(google.Mesh);
        Assert.NotNull(google.Ingress);
    }

    [Fact]
    public async Task A_dry_run_shows_the_commands_in_order_and_changes_nothing()
    {
        var google = NewGoogle();
        using var lab = new CloudTestLab(google, folder);
        await lab.UpAsync(TestContext.Current.CancellationToken);
        var said = new List<string>();
        await lab.DownAsync(said, dryRun: true);

        Assert.Equal(2, google.Clusters.Count);
        string[] order = ["delete mci,mcs", "ingress disable", "mesh disable", "memberships unregister", "firewall-rules delete", "clusters delete"];
        var places = order.Select(part => said.FindIndex(line => line.Contains(part))).ToArray();
        Assert.True(places.All(place => place >= 0) && places.SequenceEqual(places.Order()), string.Join('\n', said));
    }

    private FakeGoogle NewGoogle() => new() { ServerOf = name => (name.EndsWith("us", StringComparison.Ordinal) ? us : asia).Url };

    /// <summary>Runs until the cut; false when the run ended before it.</summary>
    private async Task<bool> CutOffAsync(FakeGoogle google)
    {
        using var lab = new CloudTestLab(google, folder);
        try
        {
            await lab.UpAsync(google.Cut.Token);
            return false;
        }
        catch (OperationCanceledException) when (google.Cut.IsCancellationRequested)
        {
            return true;
        }
    }

    /// <summary>The same Google Cloud for the next process.</summary>
    private FakeGoogle After(FakeGoogle cut)
    {
        var again = NewGoogle();
        Copy(cut.Clusters, again.Clusters);
        Copy(cut.Memberships, again.Memberships);
        Copy(cut.Firewalls, again.Firewalls);
        (again.Mesh, again.Ingress) = (cut.Mesh, cut.Ingress);
        foreach (var (thing, count) in cut.Created)
        {
            again.Created[thing] = count;
        }

        return again;

        static void Copy(Dictionary<string, JsonObject> from, Dictionary<string, JsonObject> to)
        {
            foreach (var (name, item) in from)
            {
                to[name] = item;
            }
        }
    }

    private void Clear()
    {
        File.Delete(folder.File("kubeconfig"));
        File.Delete(folder.File("google/cloud.json"));
        if (Directory.Exists(folder.File("clusters")))
        {
            Directory.Delete(folder.File("clusters"), recursive: true);
        }
    }

    private static JsonObject Named(string name, string? type = null) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "istio-ingress" },
        ["spec"] = new JsonObject { ["type"] = type },
    };
}
