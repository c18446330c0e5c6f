using CliWrap;
using CliWrap.Buffered;
using System.Text.Json.Nodes;
using Provisioner.Kubernetes;
using Provisioner.Plan;
using Provisioner.Stages;
using Testing;

namespace Provisioner.Tests.K3s;

public sealed class WhereamiOverlayTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("docker.io/lab/whereami:1.0")]
    [InlineData("registry.example:5000/lab/whereami")]
    [InlineData("docker.io/lab/whereami@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    public async Task What_is_applied_is_what_kustomize_makes_of_the_overlay(string image)
    {
        var plan = K3sPlans.Make(folder.Path, 2);
        plan = plan with { K3s = plan.K3s! with { WhereamiImage = image } };
        using var lab = new Provisioner.Clusters.Lab(plan);
        var manifest = Manifests.Read(lab, Manifests.Whereami);
        var overlay = WhereamiOverlay.For(plan, plan.Clusters[1])!;

        overlay.Write(folder.File("overlay"), lab.Manifest(Manifests.Whereami), manifest);
        var made = await Cli.Wrap(Tool.Require("kubectl")).WithArguments(["kustomize", folder.File("overlay")])
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();

        Assert.True(made.IsSuccess, made.StandardError);
        Assert.Equal(Sorted(YamlDocuments.Parse(made.StandardOutput, "kustomize")), Sorted(Manifests.Read(lab, lab.Clusters[1], Manifests.Whereami)));
    }

    [Fact]
    public void The_embedded_lab_applies_the_manifest_as_it_is()
    {
        var plan = K3sPlans.Make(folder.Path, 2) with { Mode = "embedded", K3s = null };

        Assert.Null(WhereamiOverlay.For(plan, plan.Clusters[0]));
    }

    [Fact]
    public void Googles_own_image_is_left_where_no_other_is_named()
    {
        var plan = K3sPlans.Make(folder.Path, 2) with { Mode = "existing", K3s = null, Existing = new ExistingPlan { Kubeconfig = "/home/me/.kube/config" } };
        using var lab = new Provisioner.Clusters.Lab(plan);

        var deployment = Manifests.Read(lab, lab.First, Manifests.Whereami).Single(item => item.Kind() == "Deployment");

        Assert.Contains("whereami:v1.2.8", deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!.ToString());
    }

    private static string Sorted(IEnumerable<JsonObject> objects) => string.Join('\n', objects.Select(item => SortedText(item)).Order(StringComparer.Ordinal));

    private static string SortedText(JsonNode? node) => node switch
    {
        JsonObject item => $"{{{string.Join(',', item.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}:{SortedText(entry.Value)}"))}}}",
        JsonArray list => $"[{string.Join(',', list.Select(SortedText))}]",
        _ => node?.ToJsonString() ?? "null",
    };
}
