using System.Text.Json.Nodes;
using GoogleEmulator.Compute;
using GoogleEmulator.Container;
using GoogleEmulator.Routes;

namespace GoogleEmulator.Tests;

/// <summary>Which rules open the path between pods.</summary>
public sealed class PodPathsTests
{
    private static readonly ClusterPlan Us = Plan("us", "10.10.0.0/16", 0);
    private static readonly ClusterPlan Asia = Plan("asia", "10.20.0.0/16", 1);

    [Theory]
    [InlineData("""{"sourceRanges":["10.20.0.0/16"],"allowed":[{"IPProtocol":"all"}]}""", "10.20.0.0/16")]
    [InlineData("""{"sourceRanges":["10.0.0.0/8"],"allowed":[{"IPProtocol":"tcp"}]}""", "10.20.0.0/16")]
    [InlineData("""{"sourceRanges":["10.20.3.0/24"],"allowed":[{"IPProtocol":"tcp"}]}""", "10.20.3.0/24")]
    [InlineData("""{"sourceRanges":["10.20.0.0/16"],"allowed":[{"IPProtocol":"udp"}]}""", null)]
    [InlineData("""{"sourceRanges":["10.20.0.0/16"],"allowed":[{"IPProtocol":"tcp","ports":["22"]}]}""", null)]
    [InlineData("""{"sourceRanges":["10.20.0.0/16"],"allowed":[{"IPProtocol":"tcp"}],"targetTags":["other"]}""", null)]
    [InlineData("""{"sourceRanges":["10.20.0.0/16"],"allowed":[{"IPProtocol":"tcp"}],"network":"projects/p/global/networks/other"}""", null)]
    [InlineData("""{"sourceRanges":["10.20.0.0/16"],"allowed":[{"IPProtocol":"tcp"}],"disabled":true}""", null)]
    [InlineData("""{"sourceRanges":["10.20.0.0/16"],"allowed":[{"IPProtocol":"tcp"}],"direction":"EGRESS"}""", null)]
    [InlineData("""{"sourceRanges":["10.30.0.0/16"],"allowed":[{"IPProtocol":"tcp"}]}""", null)]
    public void One_rule_opens_what_it_is_about(string rule, string? open)
    {
        Assert.Equal(open, Open(rule));
    }

    [Fact]
    public void The_rule_with_the_lowest_priority_decides_and_of_equals_the_one_that_denies()
    {
        const string Allow = """{"priority":900,"sourceRanges":["10.20.0.0/16"],"allowed":[{"IPProtocol":"tcp"}]}""";

        Assert.NotNull(Open(Allow, """{"priority":901,"sourceRanges":["0.0.0.0/0"],"denied":[{"IPProtocol":"all"}]}"""));
        Assert.Null(Open(Allow, """{"priority":900,"sourceRanges":["0.0.0.0/0"],"denied":[{"IPProtocol":"all"}]}"""));
        Assert.Null(Open(Allow, """{"priority":100,"sourceRanges":["10.20.0.0/16"],"denied":[{"IPProtocol":"tcp"}]}"""));
    }

    private static string? Open(params string[] rules) =>
        PodPaths.Into(Us, rules.Select(rule => FirewallRule.Read(JsonNode.Parse(rule)!.AsObject())).OfType<FirewallRule>(), [Us, Asia])
            .Select(path => path.Value.ToString()).SingleOrDefault();

    private static ClusterPlan Plan(string name, string podCidr, int index) => new()
    {
        Project = "p",
        Location = "us-central1-c",
        Name = name,
        ShortName = name,
        Id = new string('a', 64),
        Network = "default",
        PodCidr = podCidr,
        ServiceCidr = "10.255.0.0/24",
        MachineType = "e2-standard-4",
        Nodes = 3,
        Labels = [],
        Request = [],
        Index = index,
    };
}
