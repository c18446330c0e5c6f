using System.Text;
using System.Text.Json.Nodes;
using Provisioner.Kubernetes;
using Provisioner.Plan;
using ServiceDefaults;

namespace Provisioner.Clusters.Existing;

/// <summary>Reads contexts of the user's own kubeconfig, which stays as it is.</summary>
internal static class UserKubeconfig
{
    /// <summary>A kubeconfig with one context only, under the lab's name for the cluster.</summary>
    /// <exception cref="LabException">There is no such context, or it is incomplete.</exception>
    public static JsonObject Extract(JsonNode? config, string source, string context, string cluster)
    {
        var names = config?["contexts"].Objects().Select(entry => entry["name"]?.ToString() ?? "").ToArray() ?? [];
        var found = Entry(config, "contexts", context)?["context"]
            ?? throw new LabException(
                $"{source} has no context '{context}' for cluster {cluster}",
                names.Length == 0 ? $"It has no contexts at all: set KUBECONFIG to the file that has" : $"Name one of its contexts: {string.Join(", ", names)}");
        var server = Part(config, "clusters", found["cluster"]?.ToString(), source, context)["cluster"];
        var user = Part(config, "users", found["user"]?.ToString(), source, context)["user"];
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Config",
            ["current-context"] = cluster,
            ["clusters"] = new JsonArray(new JsonObject { ["name"] = cluster, ["cluster"] = WithFullPaths(server, source) }),
            ["contexts"] = new JsonArray(new JsonObject { ["name"] = cluster, ["context"] = new JsonObject { ["cluster"] = cluster, ["user"] = cluster } }),
            ["users"] = new JsonArray(new JsonObject { ["name"] = cluster, ["user"] = WithFullPaths(user, source) }),
        };
    }

    /// <summary>Writes the kubeconfig of one of the lab's clusters (0600).</summary>
    public static void Write(ExistingPlan plan, ClusterPlan cluster)
    {
        var config = YamlDocuments.ParseAny(ReadText(plan.Kubeconfig), plan.Kubeconfig);
        var extracted = Extract(config, plan.Kubeconfig, cluster.Existing!.Context, cluster.Name);
        Directory.CreateDirectory(Path.GetDirectoryName(cluster.Kubeconfig)!);
        PrivateFile.Write(cluster.Kubeconfig, Encoding.UTF8.GetBytes(YamlText.Write(extracted)));
    }

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"the kubeconfig {path} cannot be read: {e.Message}", "Set KUBECONFIG to the file that has your clusters' contexts");
        }
    }

    private static JsonObject Part(JsonNode? config, string list, string? name, string source, string context) =>
        Entry(config, list, name) ?? throw new LabException($"the context '{context}' of {source} names '{name}', which its {list} lack", "Write the context anew with your provider's tool");

    private static JsonObject? Entry(JsonNode? config, string list, string? name) =>
        config?[list].Objects().FirstOrDefault(entry => entry["name"]?.ToString() == name);

    // Relative paths are meant from the folder of the file that they stand in.
    private static JsonNode? WithFullPaths(JsonNode? part, string source)
    {
        var copy = part?.DeepClone() as JsonObject;
        foreach (var key in (string[])["certificate-authority", "client-certificate", "client-key", "tokenFile"])
        {
            if (copy?[key]?.ToString() is { Length: > 0 } path)
            {
                copy[key] = Path.GetFullPath(path, Path.GetDirectoryName(Path.GetFullPath(source))!);
            }
        }

        return copy;
    }
}
