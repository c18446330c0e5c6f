using AppHost.Options;

namespace OfflineHosting.Tests.Options;

public sealed class LabOptionsTests
{
    private static readonly string[] s_clusters = ["--Lab:Clusters:0:Name=us", "--Lab:Clusters:0:Location=us-central1-c", "--Lab:Clusters:1:Name=asia", "--Lab:Clusters:1:Location=asia-northeast1-c"];

    [Fact]
    public void Two_clusters_are_enough_and_everything_else_has_a_default()
    {
        var options = Read();

        Assert.Equal(LabMode.Auto, options.Mode);
        Assert.Equal(9, options.Until);
        Assert.True(options.Dashboard);
        Assert.False(options.ExitWhenReady);
        Assert.Null(options.VipPort);
        Assert.Equal(["multi-cluster-demo-us", "multi-cluster-demo-asia"], options.Clusters.Select(c => c.ClusterName));
        Assert.Equal(["10.10.0.0/16", "10.20.0.0/16"], options.Clusters.Select(c => c.PodCidr));
    }

    [Fact]
    public void Switches_take_their_value_from_the_next_word_or_from_behind_the_equals_sign()
    {
        var options = Read("--mode", "embedded", "--until=5", "--name", "demo", "--exit-when-ready", "--no-dashboard", "--Lab:VipPort=9090");

        Assert.Equal(LabMode.Embedded, options.Mode);
        Assert.Equal(5, options.Until);
        Assert.Equal("demo", options.Name);
        Assert.True(options.ExitWhenReady);
        Assert.False(options.Dashboard);
        Assert.Equal(9090, options.VipPort);
    }

    [Fact]
    public void Clusters_of_the_users_own_are_named_by_their_contexts()
    {
        var options = Read("--mode", "existing", "--cluster", "us=gke_my-project_us-central1-c_one", "--cluster=asia=arn:aws:eks/two", "--Lab:Kubeconfig=/home/me/config");

        Assert.Equal(LabMode.Existing, options.Mode);
        Assert.Equal(["gke_my-project_us-central1-c_one", "arn:aws:eks/two"], options.Clusters.Select(c => c.Context));
        Assert.Equal("/home/me/config", options.Kubeconfig);
    }

    [Theory]
    [InlineData("--mode docker", "'docker'", "embedded")]
    [InlineData("--mode 1", "'1'", "embedded")]
    [InlineData("--mode existing --cluster us=a", "'asia'", "--cluster asia=CONTEXT")]
    [InlineData("--mode existing --cluster us=a --cluster asia=b --cluster mars=c", "'mars'", "us, asia")]
    [InlineData("--mode existing --cluster us=a --cluster asia=b --cluster us", "'us'", "us=my-context")]
    [InlineData("--mode k3s --cluster us=a", "--cluster", "--mode existing")]
    [InlineData("--mode k3s --Lab:Clusters:0:Agents=many", "'many'", "0 to 9")]
    [InlineData("--cloud", "--cloud --project P", "project")]
    [InlineData("--cloud --project lab-demo --Lab:Google:Nodes=none", "Nodes", "none")]
    [InlineData("--cloud --rehearse --Lab:Google:WhereamiImage=r.example/lab/whereami", "rehearsal", "leave out")]
    [InlineData("--cloud --mode embedded", "--cloud", "contradict")]
    [InlineData("--rehearse", "--rehearse", "--cloud")]
    [InlineData("--until 12", "'12'", "1 to 9")]
    [InlineData("--until", "--until", "needs a value")]
    [InlineData("--turbo", "'--turbo'", "--exit-when-ready")]
    [InlineData("stray", "'stray'", "Options")]
    [InlineData("--Lab:Vipport=80x", "'80x'", "65535")]
    [InlineData("--Lab:Colour=red", "Lab:Colour", "VipPort")]
    [InlineData("--Lab:VipPort=8080 --Lab:DashboardPort=8080", "8080", "twice")]
    [InlineData("--Lab:Clusters:1:Name=us", "'us'", "own")]
    [InlineData("--Lab:Clusters:1:Name=Asia_1", "'Asia_1'", "lower-case")]
    [InlineData("--Lab:Dashboard=perhaps", "'perhaps'", "true or false")]
    public void What_is_wrong_is_named_with_what_is_possible(string arguments, string named, string possible)
    {
        Assert.Null(LabOptionsReader.Read([.. s_clusters, .. arguments.Split(' ')], out var errors));

        var error = Assert.Single(errors);
        Assert.Contains(named, error);
        Assert.Contains(possible, error);
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        Assert.Null(LabOptionsReader.Read(["--mode", "docker", "--until", "12", "--turbo", .. s_clusters], out var errors));

        Assert.Equal(3, errors.Count);
    }

    private static LabOptions Read(params string[] arguments)
    {
        var options = LabOptionsReader.Read([.. s_clusters, .. arguments], out var errors);
        Assert.True(options is not null, string.Join('\n', errors));
        return options;
    }
}
