using System.Text;
using System.Text.Json.Nodes;
using GoogleEmulator.Container;
using Provisioner.Kubernetes;
using ServiceDefaults;

namespace GoogleEmulator.Ingress;

/// <summary>A kubeconfig with a context for each of several clusters, named as they are in the mesh.</summary>
internal static class FleetKubeconfig
{
    public static void Write(string path, IEnumerable<Cluster> clusters)
    {
        var (servers, users, contexts) = (new JsonArray(), new JsonArray(), new JsonArray());
        foreach (var cluster in clusters)
        {
            var name = cluster.Plan.ShortName;
            var own = YamlDocuments.ParseAny(YamlDocuments.ReadText(cluster.Process!.Kubeconfig), cluster.Process.Kubeconfig)!;
            servers.Add(new JsonObject { ["name"] = name, ["cluster"] = own["clusters"]![0]!["cluster"]!.DeepClone() });
            users.Add(new JsonObject { ["name"] = name, ["user"] = own["users"]![0]!["user"]!.DeepClone() });
            contexts.Add(new JsonObject { ["name"] = name, ["context"] = new JsonObject { ["cluster"] = name, ["user"] = name } });
        }

        var config = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Config", ["clusters"] = servers, ["users"] = users, ["contexts"] = contexts };
        PrivateFile.Write(path, Encoding.UTF8.GetBytes(YamlText.Write(config)));
    }
}
