using Containers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Provisioner.Checks;
using Provisioner.Clusters;
using Provisioner.Clusters.K3s;
using Provisioner.Kubernetes;
using Provisioner.Mesh;
using Provisioner.Mesh.Istio;
using Provisioner.Stages;

namespace Provisioner.Tests.K3s;

/// <summary>The drivers of mode k3s against real Kubernetes APIs.</summary>
public sealed class K3sDriverTests(K3sClusters clusters) : IClassFixture<K3sClusters>, IAsyncLifetime
{
    private const string HelmChartDefinition = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: helmcharts.helm.cattle.io}
        spec:
          group: helm.cattle.io
          names: {kind: HelmChart, plural: helmcharts, singular: helmchart, listKind: HelmChartList}
          scope: Namespaced
          versions:
            - name: v1
              served: true
              storage: true
              subresources: {status: {}}
              schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await clusters.StartAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_path_is_a_route_to_each_node_of_the_other_cluster_and_is_taken_back_again()
    {
        var driver = Driver();
        var network = await K3sNodes.NetworkAsync(clusters.Asia, Cancellation);

        await RunAsync(driver.OpenPath(clusters.Us, clusters.Asia));

        Assert.All(network.Routes, route => Assert.Contains($"{route.Key} via {route.Value} dev", clusters.RoutesOf("us")));
        Assert.True(await driver.IsPathOpenAsync(clusters.Us, clusters.Asia, Cancellation));
        Assert.True(await driver.OpenPath(clusters.Us, clusters.Asia).IsDone(Cancellation));

        await RunAsync(driver.ClosePath(clusters.Us, clusters.Asia));

        Assert.Empty(clusters.RoutesOf("us"));
        Assert.False(await driver.IsPathOpenAsync(clusters.Us, clusters.Asia, Cancellation));
    }

    [Fact]
    public async Task When_a_container_has_another_address_routes_and_remote_secret_are_mended()
    {
        var driver = Driver();
        var join = new MeshJoin(clusters.Lab, driver);
        await RunAsync(join.Discover(clusters.Asia, clusters.Us));
        var right = await driver.PeerApiAsync(clusters.Us, Cancellation);
        var before = (await RemoteSecrets.FindAsync(clusters.Asia, clusters.Us, Cancellation))!;
        var stale = RemoteSecret.Create("us", new PeerApi("https://172.18.0.99:6443", "us"), "PEM", "TOKEN");
        await clusters.Asia.Api.ApplyAsync(KubeResource.Secrets, RemoteSecret.Namespace, stale, Cancellation);
        clusters.SetRoutes("asia", "10.10.0.0/24 via 172.18.0.99 dev eth0\ndefault via 172.18.0.1 dev eth0\n");
        using var reconciler = new AddressReconciler(clusters.Lab, Nodes(), join, NullLogger<AddressReconciler>.Instance);

        await reconciler.MendAsync(clusters.Asia, clusters.Us, Cancellation);

        Assert.DoesNotContain("172.18.0.99", clusters.RoutesOf("asia"));
        Assert.Contains("default via 172.18.0.1", clusters.RoutesOf("asia"));
        var credentials = (await RemoteSecrets.CredentialsAsync(clusters.Us, Cancellation))!;
        var mended = (await RemoteSecrets.FindAsync(clusters.Asia, clusters.Us, Cancellation))!;
        Assert.True(RemoteSecrets.IsFor(mended, credentials, right));
        Assert.NotEqual(before["metadata"]!["uid"]!.ToString(), mended["metadata"]!["uid"]!.ToString());

        await RunAsync(join.Forget(clusters.Asia, clusters.Us));
        await reconciler.MendAsync(clusters.Asia, clusters.Us, Cancellation);
        Assert.Null(await RemoteSecrets.FindAsync(clusters.Asia, clusters.Us, Cancellation));
    }

    [Fact]
    public async Task A_rotated_token_is_seen_and_the_check_says_so()
    {
        var join = new MeshJoin(clusters.Lab, Driver());
        await RunAsync(join.Discover(clusters.Us, clusters.Asia));
        Assert.True(await join.Discover(clusters.Us, clusters.Asia).IsDone(Cancellation));

        await clusters.Asia.Api.DeleteAndWaitAsync(KubeResource.Secrets, RemoteSecret.Namespace, RemoteSecret.TokenSecret, Cancellation);
        Assert.Contains("no reader token", (await join.ObserveAsync(clusters.Us, clusters.Asia, Cancellation)).Observed);
        await clusters.Asia.Api.ApplyAsync(null, [IstioObjects.ReaderToken()], Cancellation);
        await RemoteSecrets.WaitForCredentialsAsync(clusters.Asia, new Progress(), Cancellation);

        Assert.Contains("its token is not the one", (await join.ObserveAsync(clusters.Us, clusters.Asia, Cancellation)).Observed);
        Assert.False(await join.Discover(clusters.Us, clusters.Asia).IsDone(Cancellation));
        await RunAsync(join.Discover(clusters.Us, clusters.Asia));
        Assert.True(await join.Discover(clusters.Us, clusters.Asia).IsDone(Cancellation));
    }

    [Fact]
    public async Task Clusters_of_different_roots_are_named()
    {
        foreach (var cluster in clusters.Lab.Clusters)
        {
            await cluster.Api.ApplyAsync(null, [MeshCertificates.CreateIntermediate(MeshCertificates.CreateRoot(TimeProvider.System), cluster.Name, TimeProvider.System).ToSecret()], Cancellation);
        }

        var join = new MeshJoin(clusters.Lab, Driver());
        await RunAsync(join.Discover(clusters.Us, clusters.Asia));

        Assert.Contains("trust different roots", (await join.ObserveAsync(clusters.Us, clusters.Asia, Cancellation)).Observed);
    }

    [Fact]
    public async Task A_chart_is_done_with_its_job_and_is_replaced_when_its_values_change_or_it_has_failed()
    {
        var installer = Installer();
        var kubectl = K3sClusters.KubectlOf(clusters.Us);
        await clusters.Us.Api.ApplyAsync(null, [.. YamlDocuments.Parse(HelmChartDefinition, "helmcharts")], Cancellation);
        var chart = IstioValues.Charts("us", new MeshSettings(null, false))[0];

        var failing = installer.InstallAsync(clusters.Us, chart, new Progress(), Cancellation);
        await PlayControllerAsync(kubectl, chart, """{"status":{"failed":3,"conditions":[{"type":"Failed","status":"True","reason":"BackoffLimitExceeded","message":"too often"}]}}""");
        var failed = await Assert.ThrowsAsync<LabException>(() => failing);
        Assert.Contains("could not install chart base 1.30.3 in us: BackoffLimitExceeded: too often", failed.Message);
        Assert.Contains("describe helmchart/istio-base job/helm-install-istio-base", failed.Cure);
        var first = await UidAsync(kubectl, chart);

        var installing = installer.InstallAsync(clusters.Us, chart, new Progress(), Cancellation);
        await Testing.Eventually.HoldsAsync(
            async () => installing.IsCompleted || (await UidAsync(kubectl, chart) is { Length: > 0 } uid && uid != first), "the failed chart was taken away, and its Job with it");
        Assert.False(installing.IsCompleted, installing.Exception?.Message);
        await PlayControllerAsync(kubectl, chart, """{"status":{"succeeded":1}}""");
        await installing;

        Assert.True(await installer.IsInstalledAsync(clusters.Us, chart, Cancellation));
        Assert.False(await installer.IsInstalledAsync(clusters.Us, chart with { Values = [] }, Cancellation));
        Assert.Contains("repo: https://istio-release.storage.googleapis.com/charts", await kubectl.RunAsync("--namespace", "kube-system", "get", "helmchart", chart.Release, "-o", "yaml"));
        await installer.UninstallAsync(clusters.Us, chart, new Progress(), Cancellation);
        Assert.False(await installer.IsInstalledAsync(clusters.Us, chart, Cancellation));
    }

    [Fact]
    public async Task What_Helm_said_outlives_the_pod_that_its_job_takes_away()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "pods with a shell need Linux");
        var kubectl = K3sClusters.KubectlOf(clusters.Us);
        var pods = new HelmJobPods(clusters.Us, "helm-install-failing");
        var progress = new Progress();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var following = pods.FollowAsync(progress, over.Token);
        await kubectl.RunAsync(
            "--namespace", "kube-system", "run", "helm-1", "--image", "busybox", "--restart", "OnFailure", "--labels", "job-name=helm-install-failing",
            "--", "sh", "-c", "echo Error: INSTALLATION FAILED: no such host; exit 1");
        await Testing.Eventually.HoldsAsync(
            () => progress.Last.Contains("CrashLoopBackOff", StringComparison.Ordinal), "the pod is seen to fail", TimeSpan.FromSeconds(120));
        await kubectl.RunAsync("--namespace", "kube-system", "delete", "pod", "helm-1");
        await over.CancelAsync();
        await following;

        Assert.Equal("; the log of helm-1 ends:\nError: INSTALLATION FAILED: no such host", await pods.LastWordsAsync());
    }

    [Fact]
    public async Task A_cluster_is_there_when_its_names_resolve_and_until_then_says_what_CoreDNS_waits_for()
    {
        var kubectl = K3sClusters.KubectlOf(clusters.Us);
        Assert.Equal((false, "k3s has not deployed coredns yet"), await ClusterDns.ObserveAsync(clusters.Lab, clusters.Us, Cancellation));

        await kubectl.RunAsync("--namespace", "kube-system", "create", "deployment", "coredns", "--image", "registry.invalid/coredns:1");
        await Testing.Eventually.HoldsAsync(
            async () => (await ClusterDns.ObserveAsync(clusters.Lab, clusters.Us, Cancellation)).Message.Contains("ImagePullBackOff", StringComparison.Ordinal), "the reason is told");

        await kubectl.RunAsync("--namespace", "kube-system", "set", "image", "deployment/coredns", "*=us-docker.pkg.dev/google-samples/containers/gke/whereami:v1.2.8");
        await Testing.Eventually.HoldsAsync(async () => (await ClusterDns.ObserveAsync(clusters.Lab, clusters.Us, Cancellation)).Ready, "coredns runs");
    }

    [Fact]
    public async Task An_answer_that_names_no_cluster_is_counted_for_the_cluster_that_has_its_pod()
    {
        var kubectl = K3sClusters.KubectlOf(clusters.Asia);
        await kubectl.RunAsync("create", "namespace", clusters.Plan.Namespace);
        await kubectl.RunAsync("--namespace", clusters.Plan.Namespace, "run", "whereami-x1", "--image", "us-docker.pkg.dev/google-samples/containers/gke/whereami:v1.2.25");
        await using var google = WebApplication.Create();
        google.Urls.Add("http://127.0.0.1:0");
        google.MapGet("/{pod}", (string pod) => Results.Json(new Dictionary<string, string> { ["pod_name"] = pod }));
        await google.StartAsync(Cancellation);
        using var traffic = new Traffic(clusters.Lab);

        var known = await traffic.OutsideAsync($"{google.Urls.First()}/whereami-x1", Cancellation);
        var unknown = await traffic.OutsideAsync($"{google.Urls.First()}/whereami-x2", Cancellation);

        Assert.Equal(("asia 12", 12), (known.Summary, known.Answered));
        Assert.Equal(["an answer without cluster_name, of pod 'whereami-x2', which no cluster of the lab has"], unknown.Failures);
    }

    [Fact]
    public async Task A_cluster_whose_container_is_gone_is_reported_in_words()
    {
        Assert.Equal("there is no container lab-demo-us", await Nodes().TroubleAsync(clusters.Us.Plan, Cancellation));
        var missing = Assert.Single(await new K3sNodes(new ContainerEngine("/no/such/engine"), NullLogger<K3sNodes>.Instance).ProblemsAsync(Cancellation));
        Assert.Contains("'/no/such/engine' is not installed", missing.What);
        Assert.Contains("--mode embedded", missing.Cure);
    }

    [Fact]
    public async Task What_a_bundle_lacks_is_found_before_anything_is_made()
    {
        var problems = await Installer("/no/such/folder").PreflightAsync(Cancellation);

        Assert.Equal(["base-1.30.3.tgz", "istiod-1.30.3.tgz"], problems.Select(problem => Path.GetFileName(problem.What)));
        Assert.All(problems, problem => Assert.Contains("bundle load", problem.Cure));
    }

    private K3sNodes Nodes() => new(new ContainerEngine(clusters.Plan.K3s!.Engine), NullLogger<K3sNodes>.Instance);

    private K3sClusterDriver Driver() => new(
        clusters.Lab, new LabKubeconfig(clusters.Plan), Nodes(), Installer());

    // Nothing listens at the repository's address: the cluster has to fetch charts itself.
    private HelmObjectInstaller Installer(string? bundle = null) => new(
        new ChartArchives(bundle, Path.Combine(clusters.Plan.Directory, "charts"), new Uri("http://127.0.0.1:9/"), NullLogger<ChartArchives>.Instance), NullLogger<HelmObjectInstaller>.Instance);

    private static async Task<string> UidAsync(Testing.Kubectl kubectl, IstioChart chart) =>
        (await kubectl.TryAsync("--namespace", "kube-system", "get", "helmchart", chart.Release, "-o", "jsonpath={.metadata.uid}")).StandardOutput;

    // What k3s's own controller does: a Job for the HelmChart, with an outcome.
    private static async Task PlayControllerAsync(Testing.Kubectl kubectl, IstioChart chart, string status)
    {
        await Testing.Eventually.HoldsAsync(
            async () => (await kubectl.TryAsync("--namespace", "kube-system", "get", "helmchart", chart.Release)).IsSuccess, "the lab has made the HelmChart");
        await kubectl.RunAsync("--namespace", "kube-system", "create", "job", HelmChartObject.JobOf(chart), "--image", "klipper-helm");
        await kubectl.RunAsync("--namespace", "kube-system", "patch", "job", HelmChartObject.JobOf(chart), "--subresource", "status", "--type", "merge", "--patch", status);
    }

    private static async Task RunAsync(Step step)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        deadline.CancelAfter(step.Deadline);
        if (!await step.IsDone(deadline.Token))
        {
            await step.Act(new Progress(), deadline.Token);
        }

        await step.Settle(new Progress(), deadline.Token);
    }
}
