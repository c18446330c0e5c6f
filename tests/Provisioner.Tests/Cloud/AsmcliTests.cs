using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Provisioner.Clusters.Gke;
using Provisioner.Mesh.InCluster;
using Provisioner.Plan;
using Provisioner.Stages;
using Provisioner.Tests.Plan;
using Provisioner.Tools.Gcloud;
using Testing;

namespace Provisioner.Tests.Cloud;

/// <summary>How asmcli is called. The script itself calls fixed addresses of Google's; one that takes its arguments as strictly stands for it.</summary>
public sealed class AsmcliTests : IDisposable
{
    // As asmcli 1.28: a kubeconfig and a cluster's name exclude each other, and its usage follows the error.
    private const string Script = """
        #!/bin/sh
        printf '%s\n' "$@" > "$(dirname "$0")/arguments"
        echo "prompts $CLOUDSDK_CORE_DISABLE_PROMPTS" >> "$(dirname "$0")/arguments"
        echo "asmcli: Setting up necessary files..."
        case " $* " in
        *" --kubeconfig "*" --project_id "*|*" --project_id "*" --kubeconfig "*) echo "asmcli: [ERROR]: Incompatible arguments." >&2; echo usage; exit 2 ;;
        *" lab-denied "*) echo "asmcli: [ERROR]: Current user must have the cluster-admin role on c." >&2; echo "usage: asmcli"; echo "  -h|--help"; echo "  --version"; exit 2 ;;
        esac
        """;

    private static readonly CloudClusterName s_us = new("lab-demo", "us-central1-c", "multi-cluster-demo-us");
    private static readonly CloudClusterName s_asia = new("kwlee-goog-sandbox", "asia-northeast1-c", "multi-cluster-demo-asia");

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Install_names_the_cluster_and_its_fleet_as_the_demo_does_and_passes_the_output_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "asmcli runs on Linux only");
        var said = new List<string>();
        await Stub(Script).RunAsync(Asmcli.InstallArguments("lab-demo", s_us, "/out"), new Progress(said.Add), TestContext.Current.CancellationToken);

        string[] expected =
        [
            "install", "--project_id", "lab-demo", "--cluster_name", "multi-cluster-demo-us", "--cluster_location", "us-central1-c", "--fleet_id", "lab-demo",
            "--output_dir", "/out", "--enable_all", "--ca", "mesh_ca", "prompts 1",
        ];
        Assert.Equal(expected, await File.ReadAllLinesAsync(folder.File("arguments"), TestContext.Current.CancellationToken));
        Assert.Contains("asmcli: Setting up necessary files...", said);
    }

    [Fact]
    public async Task Create_mesh_names_every_cluster_and_uses_what_was_fetched_before()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "asmcli runs on Linux only");
        await Stub(Script).RunAsync(Asmcli.CreateMeshArguments("lab-demo", [s_us, s_asia], "/out"), new Progress(_ => { }), TestContext.Current.CancellationToken);

        string[] expected =
        [
            "create-mesh", "lab-demo", "lab-demo/us-central1-c/multi-cluster-demo-us", "kwlee-goog-sandbox/asia-northeast1-c/multi-cluster-demo-asia", "--output_dir", "/out", "prompts 1",
        ];
        Assert.Equal(expected, await File.ReadAllLinesAsync(folder.File("arguments"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Its_error_is_told_without_the_usage_that_follows()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "asmcli runs on Linux only");
        var failure = await Assert.ThrowsAsync<LabException>(() => Stub(Script).RunAsync(
            Asmcli.InstallArguments("lab-denied", s_us, "/out"), new Progress(_ => { }), TestContext.Current.CancellationToken));
        Assert.Equal("asmcli install ended with 2: Current user must have the cluster-admin role on c.", failure.Message);
    }

    /// <summary>The second is longer than a label may be; asmcli cuts it, as in the demo's own project.</summary>
    [Fact]
    public void A_remote_secret_is_found_by_the_name_that_asmcli_gives_it()
    {
        Assert.Equal("istio-remote-secret-gke-lab-demo-us-central1-c-multi-cluster-demo-us", Asmcli.RemoteSecretOf(s_us));
        Assert.Equal("istio-remote-secret-gke-kwlee-goog-sandbox-asia-northeast1-c-m-3c6ecfda9594317d76c2", Asmcli.RemoteSecretOf(s_asia));
    }

    private Asmcli Stub(string script)
    {
        var content = Encoding.UTF8.GetBytes(script.ReplaceLineEndings("\n"));
        File.WriteAllBytes(folder.File("asmcli"), content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.File("asmcli"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var cloud = new CloudPlan { FleetProject = "lab-demo", Mesh = CloudPlan.InCluster, AsmcliSha256 = Convert.ToHexString(SHA256.HashData(content)) };
        return new Asmcli(Plans.Make(folder.Path) with { Cloud = cloud }, new GcloudEnvironment(cloud), TimeProvider.System, NullLogger<Asmcli>.Instance);
    }
}
