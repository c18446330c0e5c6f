using System.Text;
using System.Text.Json.Nodes;
using Provisioner.Kubernetes;
using Provisioner.Plan;
using ServiceDefaults;

namespace Provisioner.Clusters;

/// <summary>The lab's kubeconfig: a context per cluster, and for each the name that gcloud would give it.</summary>
internal sealed class LabKubeconfig(LabPlan plan)
{
    private readonly Lock gate = new();

    public string Path { get; } = System.IO.Path.Combine(plan.Directory, "kubeconfig");

    /// <summary>Writes the file anew from the kubeconfigs of the clusters that have one.</summary>
    public void Write()
    {
        lock (gate)
        {
            var sources = plan.Clusters
                .Where(cluster => File.Exists(cluster.Kubeconfig))
                .Select(cluster => (cluster, YamlDocuments.ParseAny(YamlDocuments.ReadText(cluster.Kubeconfig), cluster.Kubeconfig)));
            PrivateFile.Write(Path, Encoding.UTF8.GetBytes(YamlText.Write(Merge(plan.Project, sources, plan.Clusters[0].Name))));
        }
    }

    internal static JsonObject Merge(string project, IEnumerable<(ClusterPlan Cluster, JsonNode? Config)> sources, string currentContext)
    {
        var (clusters, users, contexts) = (new JsonArray(), new JsonArray(), new JsonArray());
        foreach (var (cluster, config) in sources)
        {
            clusters.Add(Entry(cluster.Name, "cluster", config?["clusters"]?[0]?["cluster"]));
            users.Add(Entry(cluster.Name, "user", config?["users"]?[0]?["user"]));
            foreach (var name in (string[])[cluster.Name, Alias(project, cluster)])
            {
                contexts.Add(Entry(name, "context", new JsonObject { ["cluster"] = cluster.Name, ["user"] = cluster.Name }));
            }
        }

        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Config",
            ["current-context"] = currentContext,
            ["clusters"] = clusters,
            ["contexts"] = contexts,
            ["users"] = users,
        };
    }

    public static string Alias(string project, ClusterPlan cluster) => $"gke_{cluster.Project ?? project}_{cluster.Location}_{cluster.ClusterName}";

    private static JsonObject Entry(string name, string key, JsonNode? content) => new() { ["name"] = name, [key] = content?.DeepClone() };
}
