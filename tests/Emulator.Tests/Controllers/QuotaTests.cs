using Emulator.Storage;
using Emulator.Tests.Nodes;
using Testing;

namespace Emulator.Tests.Controllers;

/// <summary>What a namespace may hold, and what pods must say.</summary>
public sealed class QuotaTests
{
    private static readonly ResourceType Quotas = new("", "resourcequotas");

    [Fact]
    public async Task A_quota_counts_what_there_is_and_refuses_more()
    {
        await using var cluster = await NodesTestCluster.StartAsync();
        cluster.Create(Quotas, """
            {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"},
             "spec": {"hard": {"pods": "2", "requests.memory": "1Gi", "count/configmaps": "2"}}}
            """);
        string? Used(string name) => cluster.Find(Quotas, "q")!["status"]?["used"]?[name].Text();
        await cluster.UntilAsync("it is counted", () => Used("pods") == "0");

        var silent = Assert.Throws<ApiException>(() => cluster.CreatePod("a", NodesTestCluster.Container()));
        cluster.CreatePod("a", Asking("600Mi"));
        var greedy = Assert.Throws<ApiException>(() => cluster.CreatePod("b", Asking("600Mi")));

        Assert.Equal("pods \"a\" is forbidden: failed quota: q: must specify requests.memory for: c", silent.Message);
        Assert.Equal(
            "pods \"b\" is forbidden: exceeded quota: q, requested: requests.memory=600Mi, used: requests.memory=600Mi, limited: requests.memory=1Gi", greedy.Message);
        Assert.Equal(("1", "600Mi"), (Used("pods"), Used("requests.memory")));
        cluster.Delete(KnownTypes.Pods, "a");
        await cluster.UntilAsync("it is counted off", () => Used("pods") == "0");
        cluster.CreatePod("b", Asking("1Gi"));
    }

    [Fact]
    public async Task A_limit_range_fills_in_what_containers_leave_out()
    {
        await using var cluster = await NodesTestCluster.StartAsync();
        cluster.Create(new ResourceType("", "limitranges"), """
            {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "l"},
             "spec": {"limits": [{"type": "Container", "default": {"memory": "64Mi"}, "defaultRequest": {"memory": "32Mi"}, "max": {"memory": "128Mi"}}]}}
            """);

        var pod = cluster.CreatePod("a", NodesTestCluster.Container()).Node;
        var refusal = Assert.Throws<ApiException>(() => cluster.CreatePod("b", NodesTestCluster.Container(""", "resources": {"limits": {"memory": "256Mi"} }""")));

        Assert.Equal("""{"limits":{"memory":"64Mi"},"requests":{"memory":"32Mi"}}""", Sorted(pod["spec"]!["containers"]![0]!["resources"]!));
        Assert.Equal("Burstable", pod["status"]!["qosClass"].Text());
        Assert.Equal("pods \"b\" is forbidden: maximum memory usage per Container is 128Mi, but limit is 256Mi", refusal.Message);
    }

    [Fact]
    public async Task A_pod_gets_its_class_priority_and_a_class_that_is_not_there_is_refused()
    {
        await using var cluster = await NodesTestCluster.StartAsync();
        cluster.Create(KnownTypes.PriorityClasses, """
            {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "high"}, "value": 1000, "globalDefault": true}
            """);

        var pod = cluster.CreatePod("a", NodesTestCluster.Container()).Node;
        var missing = Assert.Throws<ApiException>(() => cluster.CreatePod("b", NodesTestCluster.Container(), "\"priorityClassName\": \"nope\","));
        var runtime = Assert.Throws<ApiException>(() => cluster.CreatePod("b", NodesTestCluster.Container(), "\"runtimeClassName\": \"gvisor\","));

        Assert.Equal((1000, "high"), (pod["spec"]!["priority"].Int(), pod["spec"]!["priorityClassName"].Text()));
        Assert.Equal("pods \"b\" is forbidden: no PriorityClass with name nope was found", missing.Message);
        Assert.Equal("pods \"b\" is forbidden: pod rejected: RuntimeClass \"gvisor\" not found", runtime.Message);
    }

    [Fact]
    public async Task An_approved_request_becomes_a_certificate_that_the_cluster_knows()
    {
        await using var cluster = await NodesTestCluster.StartAsync();
        var kubectl = new Kubectl(cluster.Kubeconfig);
        using var folder = new TemporaryFolder();
        using var key = System.Security.Cryptography.RSA.Create(2048);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest(
            "CN=jane, O=dev", key, System.Security.Cryptography.HashAlgorithmName.SHA256, System.Security.Cryptography.RSASignaturePadding.Pkcs1);
        var encoded = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(request.CreateSigningRequestPem()));
        cluster.Create(KnownTypes.CertificateSigningRequests, $$"""
            {"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "metadata": {"name": "jane"},
             "spec": {"request": "{{encoded}}", "signerName": "kubernetes.io/kube-apiserver-client", "usages": ["client auth"], "expirationSeconds": 3600} }
            """);

        await kubectl.RunAsync("certificate", "approve", "jane");
        await cluster.UntilAsync("it is signed", () => cluster.Find(KnownTypes.CertificateSigningRequests, "jane")!["status"]?["certificate"] is not null);
        var certificate = cluster.Find(KnownTypes.CertificateSigningRequests, "jane")!["status"]!["certificate"].Text()!;
        await File.WriteAllBytesAsync(folder.File("jane.crt"), Convert.FromBase64String(certificate), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.File("jane.key"), key.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);
        await kubectl.RunAsync("config", "set-credentials", "jane", $"--client-certificate={folder.File("jane.crt")}", $"--client-key={folder.File("jane.key")}");

        using var issued = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificateFromFile(folder.File("jane.crt"));
        Assert.Equal(["2.5.29.37", "2.5.29.19"], issued.Extensions.Select(extension => extension.Oid!.Value));
        Assert.Equal(TimeSpan.FromMinutes(65), issued.NotAfter - issued.NotBefore);
        Assert.Contains("[dev system:authenticated]", await kubectl.RunAsync("--user=jane", "auth", "whoami"));
        Assert.Contains("Approved,Issued", await kubectl.RunAsync("get", "csr", "jane"));
    }

    private static string Asking(string memory) => NodesTestCluster.Container($$""", "resources": {"requests": {"memory": "{{memory}}"} }""");

    private static string Sorted(System.Text.Json.Nodes.JsonNode node) => new System.Text.Json.Nodes.JsonObject(
        node.AsObject().OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone()))).ToJsonString();
}
