namespace Lab.Tests;

/// <summary>What a reader of the seed sees at its end, in a lab with all nine stages.</summary>
public sealed class SeedTests(ReadyLab ready) : IClassFixture<ReadyLab>
{
    [Fact]
    public async Task The_vip_answers_from_both_clusters()
    {
        var split = await Whereami.SplitAsync(ready.Lab.VipUrl);

        Assert.Equal([ReadyLab.Asia, ReadyLab.Us], split.Keys.Order());
    }

    [Theory]
    [InlineData("us")]
    [InlineData("asia")]
    public async Task Each_gateway_answers_from_both_clusters(string cluster)
    {
        var split = await Whereami.SplitAsync(ready.GatewayUrl(cluster));

        Assert.Equal([ReadyLab.Asia, ReadyLab.Us], split.Keys.Order());
    }

    [Fact]
    public async Task An_answer_has_the_seven_fields_of_the_seed()
    {
        var answer = await Whereami.AskAsync(ready.Lab.VipUrl);

        Assert.Equal(
            ["cluster_name", "host_header", "pod_name", "pod_name_emoji", "project_id", "timestamp", "zone"], answer.Select(field => field.Key));
        Assert.StartsWith("whereami-deployment-", answer["pod_name"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("us")]
    [InlineData("asia")]
    public async Task Pods_of_whereami_have_a_sidecar_and_the_gateway_pods_are_the_proxy_alone(string cluster)
    {
        var whereami = await ready.Kubectl.RunAsync("--context", cluster, "--namespace", "whereami", "get", "pods", "--no-headers");
        var gateways = await ready.Kubectl.RunAsync("--context", cluster, "--namespace", "istio-ingress", "get", "pods", "--no-headers");

        Assert.All(Lines(whereami), line => Assert.Matches("^whereami-deployment-.* 2/2 +Running ", line));
        Assert.All(Lines(gateways), line => Assert.Matches("^istio-ingressgateway-.* 1/1 +Running ", line));
        Assert.Equal(3, Lines(gateways).Length);
    }

    [Fact]
    public async Task A_shell_in_a_meshed_pod_is_answered_from_both_clusters()
    {
        foreach (var tool in (string[])["unshare", "nsenter", "setpriv", "curl"])
        {
            Testing.Tool.Require(tool);
        }

        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "cluster names resolve in pods only where the lab runs as root on Linux");

        var answers = await ready.Kubectl.RunAsync(
            "--context", "us", "--namespace", "whereami", "exec", "deploy/whereami-deployment", "--",
            "sh", "-c", "for i in 1 2 3 4 5 6; do curl -s whereami-service.whereami.svc.cluster.local/cluster_name; echo; done");

        Assert.Equal([ReadyLab.Asia, ReadyLab.Us], Lines(answers).Distinct().Order());
    }

    [Fact]
    public async Task The_revision_is_read_as_the_seed_reads_it()
    {
        var revision = await ready.Kubectl.RunAsync(
            "--context", "us", "get", "deploy", "-n", "istio-system", "-l", "app=istiod", "-o", @"jsonpath={.items[*].metadata.labels.istio\.io\/rev}");

        Assert.Matches("^asm-[0-9]+-[0-9]+$", revision);
    }

    [Fact]
    public async Task Gateway_and_virtual_service_are_printed_as_in_the_seed()
    {
        var printed = await ready.Kubectl.RunAsync("--context", "us", "-n", "whereami", "get", "gateway,virtualservice");

        Assert.Contains("gateway.networking.istio.io/whereami-gateway", printed);
        Assert.Matches(@"virtualservice\.networking\.istio\.io/whereami-vs +\[""whereami-gateway""\] +\[""\*""\]", printed);
    }

    [Theory]
    [InlineData("us")]
    [InlineData("asia")]
    public async Task A_headless_service_was_derived_in_each_cluster(string cluster)
    {
        var services = Lines(await ready.Kubectl.RunAsync("--context", cluster, "-n", "istio-ingress", "get", "svc", "--no-headers"));

        Assert.Contains(services, line => System.Text.RegularExpressions.Regex.IsMatch(line, "^mci-mcs-svc-[a-z0-9]{16} +ClusterIP +None +<none> +15021/TCP,80/TCP,443/TCP"));
        Assert.Contains(services, line => System.Text.RegularExpressions.Regex.IsMatch(line, @"^istio-ingressgateway +LoadBalancer +[0-9.]+ +127\.[0-9.]+ +15021:\d+/TCP,80:\d+/TCP,443:\d+/TCP"));
    }

    [Fact]
    public async Task The_vip_stands_in_the_status_of_the_multi_cluster_ingress()
    {
        var described = await ready.Kubectl.RunAsync("--context", "us", "-n", "istio-ingress", "describe", "mci", "mci-for-asm-ingressgateway");

        Assert.Matches(@"VIP: +[0-9.]+", described);
    }

    [Fact]
    public async Task Verify_passes_and_prints_the_split()
    {
        var verify = await ready.ProvisionerAsync("verify");

        Assert.True(verify.ExitCode == 0, verify.StandardOutput + verify.StandardError);
        Assert.Contains("asia", verify.StandardOutput);
    }

    [Fact]
    public async Task Status_prints_addresses_and_stages()
    {
        var status = await ready.ProvisionerAsync("status");

        Assert.True(status.ExitCode == 0, status.StandardOutput + status.StandardError);
        Assert.Contains(ready.Lab.VipUrl.TrimEnd('/'), status.StandardOutput);
        Assert.Contains("global ingress", status.StandardOutput);
    }

    [Fact]
    public void The_kubeconfig_is_readable_by_its_owner_only()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes");
        }
        else
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(ready.Lab.Kubeconfig));
        }
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
