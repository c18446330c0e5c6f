using System.Text.Json;
using System.Text.Json.Nodes;
using Provisioner.Checks;
using Provisioner.Clusters;
using Provisioner.Plan;
using Testing;

namespace Provisioner.Tests.Plan;

public sealed class LabPlanTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Directory => folder.Path;

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_plan_is_read_as_it_was_written()
    {
        var plan = Plans.Make(Directory) with { Until = 5, OwnerPid = 4711, DashboardUrl = "http://localhost:18888" };

        LabPlanFile.Write(Directory, plan);

        Assert.Equal(Text(plan), Text(LabPlanFile.Read(Directory)));
    }

    [Fact]
    public void What_a_plan_leaves_out_has_the_seeds_names()
    {
        LabPlanFile.Write(Directory, Plans.Make(Directory));
        var path = folder.File(LabPlan.FileName);
        var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        json.Remove("namespace");
        json.Remove("gatewayNamespace");
        json.Remove("until");
        File.WriteAllText(path, json.ToJsonString());

        var read = LabPlanFile.Read(Directory);

        Assert.Equal(("whereami", "istio-ingress", 9), (read.Namespace, read.GatewayNamespace, read.Until));
    }

    [Theory]
    [InlineData("{ not json")]
    [InlineData("{}")]
    [InlineData("null")]
    public void What_is_no_plan_is_refused_with_the_name_of_the_file(string text)
    {
        File.WriteAllText(folder.File(LabPlan.FileName), text);

        var refused = Assert.Throws<LabException>(() => LabPlanFile.Read(Directory));

        Assert.Contains(LabPlan.FileName, refused.Message);
        Assert.Contains("AppHost", refused.Cure);
    }

    [Fact]
    public void Every_problem_of_a_plan_is_named_at_once()
    {
        var plan = Plans.Make(Directory);
        plan = plan with
        {
            Mode = "docker",
            Until = 12,
            ConfigCluster = "europe",
            Clusters = [plan.Clusters[0], plan.Clusters[1] with { PodCidr = "10.10.128.0/17", GatewayPort = 8081 }],
        };

        var problems = string.Join('\n', Preflight.PlanProblems(plan).Select(problem => problem.What));

        Assert.Contains("'docker'", problems);
        Assert.Contains("12", problems);
        Assert.Contains("'europe'", problems);
        Assert.Contains("overlap", problems);
        Assert.Contains("8081", problems);
    }

    [Fact]
    public void A_broken_manifest_is_named_with_its_line()
    {
        var manifests = folder.File("kube");
        Copy(Path.Combine(RepositoryRoot.Path, "kube"), manifests);
        File.WriteAllText(Path.Combine(manifests, "mcs.yaml"), "apiVersion: v1\nkind: Service\nmetadata: {name: [\n");
        using var lab = new Lab(Plans.Make(Directory) with { Manifests = manifests });

        var problem = Assert.Single(Preflight.Find(lab));

        Assert.Matches(@"mcs\.yaml:\d+", problem.What);
    }

    private static string Text(LabPlan plan) => JsonSerializer.Serialize(plan, LabJson.Default.LabPlan);

    private static void Copy(string from, string to)
    {
        System.IO.Directory.CreateDirectory(to);
        foreach (var file in System.IO.Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (var inner in System.IO.Directory.EnumerateDirectories(from))
        {
            Copy(inner, Path.Combine(to, Path.GetFileName(inner)));
        }
    }
}
