using System.Text.Json.Nodes;
using Testing;

namespace Emulator.Tests.Api;

/// <summary>Who gets in, and what they may do.</summary>
public sealed class ApiAccessTests(ApiCluster cluster) : IClassFixture<ApiCluster>
{
    [Fact]
    public async Task A_wrong_token_is_unauthorized()
    {
        using var client = cluster.Client("wrong");

        var answer = await cluster.GetAsync("/api/v1/pods", client);

        Assert.Equal(401, answer.Status);
        Assert.Equal("Unauthorized", answer.Message);
    }

    [Fact]
    public async Task Without_credentials_only_health_and_version_answer()
    {
        using var client = cluster.Client(null);

        Assert.Equal("ok", (await cluster.GetAsync("/readyz", client)).Text);
        Assert.Equal("1", (await cluster.GetAsync("/version", client)).Json["major"]!.GetValue<string>());
        var answer = await cluster.GetAsync("/api/v1/nodes", client);
        Assert.Equal(403, answer.Status);
        Assert.Equal("nodes is forbidden: User \"system:anonymous\" cannot list resource \"nodes\" in API group \"\" at the cluster scope", answer.Message);
    }

    [Fact]
    public async Task A_user_without_roles_can_discover_and_nothing_else()
    {
        using var client = cluster.Client("plain");

        Assert.Equal(200, (await cluster.GetAsync("/apis", client)).Status);
        Assert.Equal(403, (await cluster.GetAsync("/api/v1/namespaces/default/secrets", client)).Status);
    }

    [Fact]
    public async Task The_kubeconfig_is_for_its_owner_only_and_gives_kubectl_everything()
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(cluster.Kubeconfig));
        }

        var kubectl = new Kubectl(cluster.Kubeconfig);

        Assert.Equal("yes\n", await kubectl.RunAsync("auth", "can-i", "*", "*"));
        Assert.Contains("kube-system", await kubectl.RunAsync("get", "namespaces"));
    }

    [Fact]
    public async Task A_reader_token_reads_what_its_role_names_and_no_secrets()
    {
        var ns = await cluster.NamespaceAsync();
        await cluster.PostAsync($"/api/v1/namespaces/{ns}/serviceaccounts", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "reader" } });
        await cluster.PostAsync("/apis/rbac.authorization.k8s.io/v1/clusterroles", JsonNode.Parse($$"""
            {"metadata":{"name":"{{ns}}"},"rules":[{"apiGroups":[""],"resources":["pods","services","endpoints"],"verbs":["get","list","watch"]}]}
            """)!);
        await cluster.PostAsync("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", JsonNode.Parse($$"""
            {"metadata":{"name":"{{ns}}"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"{{ns}}"},
             "subjects":[{"kind":"ServiceAccount","name":"reader","namespace":"{{ns}}"}]}
            """)!);
        await cluster.PostAsync($"/api/v1/namespaces/{ns}/secrets", JsonNode.Parse("""
            {"metadata":{"name":"reader-token","annotations":{"kubernetes.io/service-account.name":"reader"}},"type":"kubernetes.io/service-account-token"}
            """)!);
        JsonNode? data = null;
        await Eventually.HoldsAsync(
            async () => (data = (await cluster.GetAsync($"/api/v1/namespaces/{ns}/secrets/reader-token")).Json["data"])?["token"] is not null,
            "the token controller fills the secret");
        using var reader = cluster.Client(System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(data!["token"]!.GetValue<string>())));

        Assert.Equal(200, (await cluster.GetAsync("/api/v1/pods", reader)).Status);
        Assert.Equal(200, (await cluster.GetAsync("/api/v1/services?limit=1", reader)).Status);
        Assert.Equal(403, (await cluster.GetAsync("/api/v1/secrets", reader)).Status);
        Assert.Equal(403, (await cluster.PostAsync($"/api/v1/namespaces/{ns}/configmaps", ApiCluster.ConfigMap("x"), reader)).Status);
        Assert.Equal(403, (await cluster.GetAsync($"/api/v1/namespaces/{ns}/pods/x/log", reader)).Status);
    }

    [Fact]
    public async Task A_requested_token_ends_with_its_service_account()
    {
        var ns = await cluster.NamespaceAsync();
        var accounts = $"/api/v1/namespaces/{ns}/serviceaccounts";
        await cluster.PostAsync(accounts, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "robot" } });
        var request = await cluster.PostAsync($"{accounts}/robot/token", JsonNode.Parse("""{"spec":{"expirationSeconds":600}}""")!);
        using var robot = cluster.Client(request.Json["status"]!["token"]!.GetValue<string>());
        Assert.Equal(403, (await cluster.GetAsync("/api/v1/pods", robot)).Status);

        await cluster.DeleteAsync($"{accounts}/robot");

        Assert.Equal(401, (await cluster.GetAsync("/api/v1/pods", robot)).Status);
    }
}
