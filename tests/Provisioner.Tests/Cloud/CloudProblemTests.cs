using Provisioner.Clusters.Gke;
using Provisioner.Mesh.Managed;
using Provisioner.MultiClusterIngress;
using Provisioner.Plan;
using Provisioner.Tests.Plan;
using Provisioner.Tools.Gcloud;
using Provisioner.Tools.Gcloud.Answers;
using Testing;

namespace Provisioner.Tests.Cloud;

/// <summary>What a user is told when something is not as the lab needs it.</summary>
public sealed class CloudProblemTests : IAsyncLifetime
{
    private const string Create = "container clusters create multi-cluster-demo-us --project=lab-demo --location=us-central1-c --machine-type=e2-standard-4 --num-nodes=1 --network=default";
    private const string Rule = "compute firewall-rules create istio-multicluster-pods --project=lab-demo --network=default --allow=tcp --direction=INGRESS --priority=900 --source-ranges=10.0.0.0/8 --target-tags=x";

    private readonly TemporaryFolder folder = new();
    private TestGoogle google = null!;
    private EmulatorGcloud gcloud = null!;

    public async ValueTask InitializeAsync()
    {
        google = await TestGoogle.StartAsync(quota: 12);
        gcloud = new EmulatorGcloud(google);
    }

    public async ValueTask DisposeAsync()
    {
        await google.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task The_look_before_anything_is_made_finds_all_problems_at_once()
    {
        await Task.WhenAll(RunAsync(Rule), RunAsync(Create), RunAsync(Create.Replace("demo-us", "demo-other").Replace("us-central1-c", "asia-northeast1-a")));
        google.Project.DeniedPermissions["gkehub.features.create"] = true;
        (gcloud.Version, gcloud.LoggedIn, gcloud.Billing) = ("400.0.0", false, false);
        using var lab = new CloudTestLab(google, gcloud, folder.Path);
        gcloud.Calls.Clear();

        var problems = (await lab.LookAsync()).Problems;
        string[] expected =
        [
            "gcloud is version '400.0.0'", "not logged in", "has no billing account", "asia-northeast1 of lab-demo has 8 of 12 CPUs free; the lab needs 12",
            "firewall rule istio-multicluster-pods in lab-demo", "without the label lab=lab", "the account may not gkehub.features.create in lab-demo",
        ];
        Assert.All(expected, part => Assert.Contains(problems, problem => problem.What.Contains(part)));
        Assert.All(problems, problem => Assert.NotEmpty(problem.Cure));
        Assert.Contains(problems, problem => problem.Cure.Contains("gcloud billing projects link lab-demo"));
        Assert.DoesNotContain(gcloud.Calls, call => call.Contains("create") || call.Contains("enable "));
    }

    [Fact]
    public async Task Options_that_cannot_be_are_named_before_anybody_is_asked()
    {
        using var lab = new CloudTestLab(google, gcloud, folder.Path, plan => plan with
        {
            Name = "My Lab",
            Project = "x",
            Cloud = new CloudPlan { FleetProject = "lab-demo", MachineType = "e2-medium", Mesh = "other", RehearsalDirectory = plan.Cloud!.RehearsalDirectory },
        });

        var problems = (await lab.LookAsync()).Problems.Select(problem => problem.What).ToArray();
        Assert.All(["'x' is not the id of a project", "'My Lab' cannot be a label", "too small for a mesh", "mesh 'other'"], part =>
            Assert.Contains(problems, problem => problem.Contains(part)));
        Assert.Empty(gcloud.Calls);
    }

    [Fact]
    public async Task A_project_that_is_not_there_is_named()
    {
        using var lab = new CloudTestLab(google, gcloud, folder.Path, plan => plan with
        {
            Project = "somebody-elses",
            Cloud = new CloudPlan { FleetProject = "somebody-elses", RehearsalDirectory = plan.Cloud!.RehearsalDirectory },
        });

        Assert.Single((await lab.LookAsync()).Problems, problem => problem.What.Contains("project somebody-elses does not exist, or the account may not see it") && problem.Cure.Contains("--project P"));
    }

    /// <summary>What the emulator can be told to do wrong while the lab is made, in the order in which a run comes to it, and what the user then reads.</summary>
    private static readonly (string Fault, string Message, string Cure)[] s_faults =
    [
        ("""{"method": "GET", "path": "clusters$", "status": 401, "message": "Request had invalid authentication credentials."}""", "invalid authentication credentials", "gcloud auth login"),
        ("""{"method": "POST", "path": "batchEnable$", "status": 403, "message": "Permission 'serviceusage.services.enable' denied"}""", "'serviceusage.services.enable' denied", "roles/serviceusage.serviceUsageAdmin"),
        ("""{"method": "POST", "path": "clusters$", "times": 2, "status": 403, "message": "Insufficient regional quota: request requires '12.0'."}""", "Insufficient regional quota: request requires '12.0'.", "Lab__Google__Nodes"),
        ("""{"method": "POST", "path": "clusters$", "times": 2, "status": 403, "message": "Required \"container.clusters.create\" permission(s)."}""", "Required \"container.clusters.create\" permission(s).", "--role=roles/container.admin"),
        ("""{"method": "POST", "path": "clusters$", "times": 2, "operation": {"code": 8, "message": "zone is out of capacity"}}""", "zone is out of capacity", "run the stage again"),
        ("""{"method": "POST", "path": "locations/global/features$", "operation": {"code": 9, "message": "the feature cannot be enabled now"}}""", "the feature cannot be enabled now", "gcloud container fleet mesh enable"),
        ("""{"method": "PATCH", "path": "features/servicemesh$", "status": 403, "message": "Permission 'gkehub.features.update' denied"}""", "'gkehub.features.update' denied", "roles/gkehub.admin"),
        ("""{"method": "POST", "path": "global/firewalls$", "operation": {"code": 13, "message": "internal error of the network"}}""", "internal error of the network", "gcloud compute firewall-rules create"),
        ("""{"method": "POST", "path": "locations/global/features$", "status": 403, "error": "PERMISSION_DENIED", "message": "Permission 'gkehub.features.create' denied"}""", "'gkehub.features.create' denied", "roles/gkehub.admin"),
    ];

    [Fact]
    public async Task Each_fault_of_Googles_is_told_in_its_own_words_with_the_cure_and_a_rerun_carries_on()
    {
        Tool.Require("gke-gcloud-auth-plugin");
        foreach (var (fault, message, cure) in s_faults)
        {
            google.Inject(fault);
            using var lab = new CloudTestLab(google, new EmulatorGcloud(google), folder.Path);
            var failure = await Assert.ThrowsAnyAsync<LabException>(() => lab.UpAsync(TestContext.Current.CancellationToken));
            Assert.Contains(message, failure.Message);
            Assert.Contains(cure, failure.Cure);
            google.Mend();
        }

        using var last = new CloudTestLab(google, gcloud, folder.Path);
        await last.UpAsync(TestContext.Current.CancellationToken);
        Assert.Empty(await last.DownAsync([]));
        Assert.Empty(google.Left);
    }

    /// <summary>What was asked for as the network went away may or may not have been heard.</summary>
    [Fact]
    public async Task A_network_that_is_away_for_a_while_is_waited_for()
    {
        Tool.Require("gke-gcloud-auth-plugin");
        google.Inject("""{"method": "GET", "path": "(clusters|memberships|firewalls)$", "times": 3, "status": 503, "message": "The service is currently unavailable."}""");
        google.Inject("""{"method": "POST", "path": "us-central1-c/clusters$", "drop": "after"}""");
        google.Inject("""{"method": "POST", "path": "asia-northeast1-c/clusters$", "drop": "before"}""");
        google.Inject("""{"method": "POST", "path": "global/features$", "times": 2, "drop": "after"}""");
        google.Inject("""{"method": "POST", "path": "global/firewalls$", "drop": "after"}""");
        using var lab = new CloudTestLab(google, gcloud, folder.Path);
        await lab.UpAsync(TestContext.Current.CancellationToken);

        Assert.Equal((2, 2, 2), (google.Clusters.Count, google.Project.Fleet.Memberships.Count(), google.Project.Fleet.Features.Count()));
        Assert.Empty(await lab.DownAsync([]));
        Assert.Empty(google.Left);
    }

    [Fact]
    public async Task An_operation_that_is_stuck_is_seen_to_be_and_down_says_what_is_in_its_way()
    {
        Tool.Require("gke-gcloud-auth-plugin");
        google.Inject("""{"method": "POST", "path": "asia-northeast1-c/clusters$", "stuck": true}""");
        using var impatience = new CancellationTokenSource();
        using var lab = new CloudTestLab(google, gcloud, folder.Path, hurry: 200);
        var up = lab.UpAsync(impatience.Token);
        await Eventually.HoldsAsync(() => lab.Waiting.Contains("multi-cluster-demo-asia is PROVISIONING"), "the lab says what it waits for");
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => up);

        // Kubernetes Engine refuses to delete what it is making, in its own words, and the lab does not wait for ever.
        var refusal = await Assert.ThrowsAsync<GcloudException>(() => lab.DownAsync([]));
        Assert.Contains("Cluster is running incompatible operation", refusal.Message);
    }

    [Theory]
    [InlineData(
        "ERROR: (gcloud.container.clusters.create) ResponseError: code=403, message=Required \"container.clusters.create\" permission(s) for \"projects/p\". "
        + "This command is authenticated with an access token from /tmp/token specified by the [auth/access_token_file] property.\n",
        "Required \"container.clusters.create\" permission(s) for \"projects/p\".", "--role=roles/container.admin")]
    [InlineData(
        "WARNING: something\nERROR: (gcloud.container.clusters.create) ResponseError: code=403, message=Insufficient regional quota to satisfy request: resource \"CPUS\": request requires '12.0' and is short '4.0'.\n",
        "Insufficient regional quota to satisfy request: resource \"CPUS\": request requires '12.0' and is short '4.0'.", "Ask for more quota")]
    [InlineData(
        "ERROR: (gcloud.container.fleet.memberships.list) PERMISSION_DENIED: GKE Hub API has not been used in project p before or it is disabled.\n- '@type': type.googleapis.com/google.rpc.ErrorInfo\n  metadata:\n    service: gkehub.googleapis.com\n  reason: SERVICE_DISABLED\n",
        "PERMISSION_DENIED: GKE Hub API has not been used in project p before or it is disabled.", "gcloud services enable gkehub.googleapis.com --project=p")]
    [InlineData(
        "ERROR: (gcloud.projects.describe) You do not currently have an active account selected.\nPlease run:\n\n  $ gcloud auth login\n",
        "You do not currently have an active account selected. Please run: $ gcloud auth login", "gcloud auth login")]
    [InlineData(
        "ERROR: (gcloud.container.fleet.ingress.describe) Not authorized to access Ingress Feature for project [p]\n",
        "Not authorized to access Ingress Feature for project [p]", "gcloud auth login")]
    [InlineData(
        "ERROR: gcloud crashed (ConnectionError): ('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))\n\nIf you would like to report this issue, please run the following command:\n  gcloud feedback\n\n"
        + "To check gcloud for common problems, please run the following command:\n  gcloud info --run-diagnostics\n",
        "gcloud crashed (ConnectionError): ('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))", "nothing is lost")]
    public void Words_of_gcloud_lose_their_noise_and_get_a_cure(string errors, string message, string cure)
    {
        var explained = GcloudErrors.Explain(["container", "clusters", "create", "c", "--project=p"], new GcloudResult(1, "", errors));
        Assert.Equal(message, explained.Message);
        Assert.Contains(cure, explained.Cure);
    }

    [Fact]
    public void A_lab_whose_plan_is_gone_costs_what_its_clusters_cost()
    {
        var plan = Plans.Make(folder.Path) with { Cloud = new CloudPlan { FleetProject = "lab-demo" } };
        var listed = plan.Clusters.Select(cluster => new GkeCluster
        {
            Name = cluster.ClusterName,
            Location = cluster.Location,
            CurrentNodeCount = plan.Cloud.Nodes,
            NodeConfig = new GkeNodeConfig(plan.Cloud.MachineType, null),
        });
        Assert.Equal(CloudCost.PerHour(plan.Cloud, [.. plan.Clusters]), CloudCost.PerHour([.. listed]), 3);
    }

    [Fact]
    public void The_state_of_a_managed_mesh_is_told_in_its_own_words()
    {
        var waiting = MeshReport.Of(Member("PROVISIONING", "REVISION_PROVISIONING", "Provisioning: asm-managed"));
        Assert.Equal((null, "PROVISIONING: REVISION_PROVISIONING: Provisioning: asm-managed", null), (waiting.Revision, waiting.Message, waiting.Trouble));
        Assert.Equal("asm-managed", MeshReport.Of(Member("ACTIVE", "REVISION_READY", "Ready: asm-managed")).Revision);
        Assert.Contains("WORKLOAD_IDENTITY_REQUIRED", MeshReport.Of(Member("FAILED_PRECONDITION", "WORKLOAD_IDENTITY_REQUIRED", "Enable it.")).Trouble);

        static MembershipFeature Member(string state, string code, string details) =>
            new(new MeshState(new MeshPlane(state, "TRAFFIC_DIRECTOR", [new MeshDetail(code, details)]), null), null);
    }

    [Theory]
    [InlineData("AVMBR111: Failed to get Config Membership: not found", "gcloud container fleet ingress update --config-membership=projects/f/locations/r/memberships/m --project=f")]
    [InlineData("AVMBR110: container.clusters.get permission missing", "roles/multiclusteringress.serviceAgent")]
    [InlineData("AVMBR102: MultiClusterService a/b not found.", "kube/mcs.yaml")]
    public void Codes_of_MultiClusterIngress_are_explained(string text, string cure) =>
        Assert.Contains(cure, IngressErrors.Cure(text, "f", "projects/f/locations/r/memberships/m"));

    private async Task RunAsync(string line)
    {
        var result = await gcloud.RunAsync(line.Split(' '), null, TestContext.Current.CancellationToken);
        Assert.True(result.ExitCode == 0, result.Errors);
    }
}
