using System.Text.Json.Nodes;
using Provisioner.Mesh.Managed;
using Provisioner.MultiClusterIngress;
using Provisioner.Plan;
using Provisioner.Tools.Gcloud;
using Provisioner.Tools.Gcloud.Answers;
using Testing;

namespace Provisioner.Tests.Cloud;

/// <summary>What a user is told when something is not as the lab needs it.</summary>
public sealed class CloudProblemTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly FakeGoogle google = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_look_before_anything_is_made_finds_all_problems_at_once()
    {
        (google.Version, google.LoggedIn, google.Billing, google.FreeCpus) = ("400.0.0", false, false, 8);
        google.Firewalls["istio-multicluster-pods"] = new JsonObject { ["name"] = "istio-multicluster-pods" };
        google.AddCluster("multi-cluster-demo-us", "us-central1-c", lab: null);
        using var lab = new CloudTestLab(google, folder);

        var problems = (await lab.LookAsync()).Problems;
        string[] expected =
        [
            "gcloud is version '400.0.0'", "not logged in", "has no billing account", "asia-northeast1 of lab-demo has 8 of 72 CPUs free; the lab needs 12",
            "firewall rule istio-multicluster-pods in lab-demo", "without the label lab=lab",
        ];
        Assert.All(expected, part => Assert.Contains(problems, problem => problem.What.Contains(part)));
        Assert.All(problems, problem => Assert.NotEmpty(problem.Cure));
        Assert.Contains(problems, problem => problem.Cure.Contains("gcloud billing projects link lab-demo"));
        Assert.DoesNotContain(google.Calls, call => call.Contains("create") || call.Contains("enable "));
    }

    [Fact]
    public async Task Options_that_cannot_be_are_named_before_anybody_is_asked()
    {
        using var lab = new CloudTestLab(google, folder, plan => plan with
        {
            Name = "My Lab",
            Project = "x",
            Cloud = new CloudPlan { FleetProject = "lab-demo", MachineType = "e2-medium", Mesh = "other", RehearsalDirectory = plan.Cloud!.RehearsalDirectory },
        });

        var problems = (await lab.LookAsync()).Problems.Select(problem => problem.What).ToArray();
        Assert.All(["'x' is not the id of a project", "'My Lab' cannot be a label", "too small for a mesh", "mesh 'other'"], part =>
            Assert.Contains(problems, problem => problem.Contains(part)));
        Assert.Empty(google.Calls);
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
    public void Words_of_gcloud_lose_their_noise_and_get_a_cure(string errors, string message, string cure)
    {
        var explained = GcloudErrors.Explain(["container", "clusters", "create", "c", "--project=p"], new GcloudResult(1, "", errors));
        Assert.Equal(message, explained.Message);
        Assert.Contains(cure, explained.Cure);
    }

    [Fact]
    public async Task A_cluster_that_fails_tells_why_and_what_helps()
    {
        foreach (var cluster in new[] { "us", "asia" })
        {
            google.FailNext(
                $"container clusters create multi-cluster-demo-{cluster}",
                "ERROR: (gcloud.container.clusters.create) ResponseError: code=403, message=Insufficient regional quota: request requires '12.0'.");
        }

        using var lab = new CloudTestLab(google, folder);
        var failure = await Assert.ThrowsAnyAsync<LabException>(() => lab.UpAsync(TestContext.Current.CancellationToken));
        Assert.Equal("Insufficient regional quota: request requires '12.0'.", failure.Message);
        Assert.Contains("Lab__Google__Nodes", failure.Cure);
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
}
