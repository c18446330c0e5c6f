using Provisioner.Mesh.Managed;
using Provisioner.Plan;
using Provisioner.Stages;
using Provisioner.Tests.Plan;
using Testing;

namespace Provisioner.Tests.Cloud;

/// <summary>Where the spans of whereami on Google Cloud go.</summary>
public sealed class CloudTraceTests : IDisposable
{
    private const string Us = "multi-cluster-demo-us";
    private const string Relay = "/apis/apps/v1/namespaces/lab-system/deployments/otlp-relay";
    private const string ConfigMap = "/api/v1/namespaces/whereami/configmaps/whereami";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_labs_own_image_sends_to_a_relay_that_the_clusters_get()
    {
        Tool.Require("gke-gcloud-auth-plugin");
        await using var google = await TestGoogle.StartAsync();
        using var lab = new CloudTestLab(google, new EmulatorGcloud(google), folder.Path, plan => plan with { Cloud = With(plan.Cloud!) });
        await lab.UpAsync(TestContext.Current.CancellationToken);

        Assert.Equal("r.example/lab/relay:1", google.Kubernetes(Us)[Relay]?["spec"]?["template"]?["spec"]?["containers"]?[0]?["image"]?.ToString());
        Assert.Null(google.Kubernetes(Us)[ConfigMap]);

        static CloudPlan With(CloudPlan cloud) => cloud with { WhereamiImage = "r.example/lab/whereami:1", RelayImage = "r.example/lab/relay:1", TraceRatio = 0.5 };
    }

    [Fact]
    public async Task Googles_image_sends_a_share_to_Cloud_Trace_and_nothing_to_the_lab()
    {
        Tool.Require("gke-gcloud-auth-plugin");
        await using var google = await TestGoogle.StartAsync();
        using var lab = new CloudTestLab(google, new EmulatorGcloud(google), folder.Path, plan => plan with { Cloud = plan.Cloud! with { TraceRatio = 0.5 } });
        await lab.UpAsync(TestContext.Current.CancellationToken);

        Assert.Equal("0.5", google.Kubernetes(Us)[ConfigMap]?["data"]?[CloudTrace.Variable]?.ToString());
        Assert.Null(google.Kubernetes(Us)[Relay]);
    }

    [Fact]
    public void Nodes_on_Google_Cloud_tell_where_a_pod_runs_so_that_the_overlay_names_image_and_spans_only()
    {
        var made = Plans.Make(folder.Path);
        var plan = made with { Cloud = new CloudPlan { FleetProject = "p", WhereamiImage = "r.example/lab/whereami:1", RelayImage = "r.example/lab/relay:1", TraceRatio = 0.25 } };

        var overlay = WhereamiOverlay.For(plan, plan.Clusters[0])!;
        Assert.Equal("r.example/lab/whereami:1", overlay.Image);
        Assert.Equal(["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_SERVICE_NAME", "TRACE_SAMPLING_RATIO"], overlay.Variables.Keys);
        Assert.Equal(("whereami-us", "0.25"), (overlay.Variables["OTEL_SERVICE_NAME"], overlay.Variables["TRACE_SAMPLING_RATIO"]));
        Assert.Null(WhereamiOverlay.For(made with { Cloud = new CloudPlan { FleetProject = "p", TraceRatio = 0.25 } }, plan.Clusters[0]));
    }
}
