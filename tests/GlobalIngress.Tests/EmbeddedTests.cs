using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using GlobalIngress.Fleet;

namespace GlobalIngress.Tests;

/// <summary>The global ingress over two real embedded clusters, whose pods are reached through their nodes.</summary>
public sealed class EmbeddedTests
{
    [Fact]
    public async Task Pods_of_embedded_clusters_are_reached_and_a_killed_cluster_costs_no_request()
    {
        using var us = new EmbeddedCluster("us", "us-central1-c", "10.10.0.0/16");
        using var asia = new EmbeddedCluster("asia", "asia-northeast1-c", "10.20.0.0/16");
        using var folder = new Testing.TemporaryFolder();
        await Task.WhenAll(us.ReadyAsync(), asia.ReadyAsync());
        File.WriteAllText(folder.File("kubeconfig"), Merge(us, asia));
        var port = Testing.FreePort.Next();
        await using var app = IngressApplication.Build(new IngressOptions
        {
            // The config cluster must outlive the one that is killed.
            ConfigCluster = "asia",
            Kubeconfig = folder.File("kubeconfig"),
            Members = [Member.Parse("us=us-central1-c/multi-cluster-demo-us")!, Member.Parse("asia=asia-northeast1-c/multi-cluster-demo-asia")!],
            Project = "lab-demo",
            VipPort = port,
            ClientRegion = "us-central1",
        });
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        await Task.WhenAll(CreateWhereamiAsync(us), CreateWhereamiAsync(asia));
        await CreateIngressAsync(asia);
        await Testing.Eventually.HoldsAsync(async () => await SendAsync(client) == (HttpStatusCode.OK, "multi-cluster-demo-us"), "us answers");
        await Testing.Eventually.HoldsAsync(
            async () => await SendAsync(client, "asia-northeast3") == (HttpStatusCode.OK, "multi-cluster-demo-asia"), "asia answers those near it");
        Assert.Equal("127.0.0.1", (string?)(await asia.GetAsync("/apis/networking.gke.io/v1/namespaces/default/multiclusteringresses/mci"))["status"]!["VIP"]);

        us.Kill();

        for (var request = 0; request < 50; request++)
        {
            Assert.Equal((HttpStatusCode.OK, "multi-cluster-demo-asia"), await SendAsync(client));
        }

        await app.StopAsync();
    }

    private static async Task<(HttpStatusCode Status, string Body)> SendAsync(HttpClient client, string region = "us-central1")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/cluster_name") { Headers = { { "X-Lab-Client-Region", region } } };
        using var response = await client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static Task CreateWhereamiAsync(EmbeddedCluster cluster) => cluster.CreateAsync("/apis/apps/v1/namespaces/default/deployments", """
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "whereami"},
         "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "whereami"}}, "template": {"metadata": {"labels": {"app": "whereami"}},
           "spec": {"containers": [{"name": "frontend", "image": "us-docker.pkg.dev/google-samples/containers/gke/whereami:v1.2.8",
             "ports": [{"containerPort": 8080}], "readinessProbe": {"httpGet": {"path": "/healthz", "port": 8080}}}]}}}}
        """);

    private static async Task CreateIngressAsync(EmbeddedCluster cluster)
    {
        foreach (var (group, kind, plural) in new[]
        {
            ("networking.gke.io", "MultiClusterService", "multiclusterservices"),
            ("networking.gke.io", "MultiClusterIngress", "multiclusteringresses"),
            ("cloud.google.com", "BackendConfig", "backendconfigs"),
        })
        {
            await cluster.CreateAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", $$$$"""
                {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "{{{{plural}}}}.{{{{group}}}}"},
                 "spec": {"group": "{{{{group}}}}", "scope": "Namespaced", "names": {"kind": "{{{{kind}}}}", "plural": "{{{{plural}}}}", "singular": "{{{{kind.ToLowerInvariant()}}}}"},
                   "versions": [{"name": "v1", "served": true, "storage": true, "subresources": {"status": {}},
                     "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}]}}
                """);
        }

        await Testing.Eventually.HoldsAsync(
            async () => (await cluster.GetAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions"))["items"]!.AsArray()
                .Where(item => item!["spec"]!["names"]!["kind"]!.ToString().StartsWith("MultiCluster", StringComparison.Ordinal))
                .All(item => item!["status"]?["conditions"] is JsonArray conditions && conditions.Any(condition => condition!["type"]!.ToString() == "Established")),
            "the kinds are served");
        await cluster.CreateAsync("/apis/networking.gke.io/v1/namespaces/default/multiclusterservices", """
            {"apiVersion": "networking.gke.io/v1", "kind": "MultiClusterService", "metadata": {"name": "mcs"},
             "spec": {"template": {"spec": {"selector": {"app": "whereami"}, "ports": [{"name": "http", "port": 80, "targetPort": 8080}]}}}}
            """);
        await cluster.CreateAsync("/apis/networking.gke.io/v1/namespaces/default/multiclusteringresses", """
            {"apiVersion": "networking.gke.io/v1", "kind": "MultiClusterIngress", "metadata": {"name": "mci"},
             "spec": {"template": {"spec": {"backend": {"serviceName": "mcs", "servicePort": 80}}}}}
            """);
    }

    /// <summary>One kubeconfig out of two whose entries have different names.</summary>
    private static string Merge(EmbeddedCluster first, EmbeddedCluster second)
    {
        var merged = new StringBuilder("apiVersion: v1\nkind: Config\n");
        foreach (var section in new[] { "clusters", "contexts", "users" })
        {
            merged.Append(section).Append(":\n");
            foreach (var cluster in new[] { first, second })
            {
                foreach (var line in File.ReadLines(cluster.Kubeconfig).SkipWhile(line => line != section + ":").Skip(1).TakeWhile(line => line.StartsWith(' ') || line.StartsWith('-')))
                {
                    merged.Append(line).Append('\n');
                }
            }
        }

        return merged.ToString();
    }
}
