using System.Text.Json.Nodes;
using k8s;
using k8s.KubeConfigModels;

namespace Provisioner.Kubernetes;

/// <summary>Reads kubeconfig files into KubernetesClient's own model.</summary>
/// <remarks>KubernetesClient's loader maps YAML by reflection, which costs a short-lived process half a second; only the mapping is replaced here.</remarks>
internal static class KubeConfig
{
    /// <exception cref="LabException">The file is no kubeconfig, or an incomplete one.</exception>
    public static KubernetesClientConfiguration Load(string path, string? context = null)
    {
        var root = YamlDocuments.ParseAny(YamlDocuments.ReadText(path), path) as JsonObject
            ?? throw new LabException($"{path} is not a kubeconfig", "Delete it and start the cluster again");
        var model = ToModel(root);
        // Taken out, so that the library does not start the plugin by itself; without any credentials it would refuse the user.
        var plugin = model.Users.Select(user => user.UserCredentials.ExternalExecution).FirstOrDefault(exec => exec is not null);
        foreach (var user in model.Users.Where(user => user.UserCredentials.ExternalExecution is not null))
        {
            user.UserCredentials.ExternalExecution = null;
            user.UserCredentials.Token = "of the plugin";
        }

        var configuration = Build(model, path, context);
        if (plugin is not null)
        {
            configuration.AccessToken = null;
            configuration.TokenProvider = ExecTokens.Of(plugin);
        }

        return configuration;
    }

    private static KubernetesClientConfiguration Build(K8SConfiguration model, string path, string? context)
    {
        try
        {
            return KubernetesClientConfiguration.BuildConfigFromConfigObject(model, context);
        }
        catch (k8s.Exceptions.KubeConfigException e)
        {
            throw new LabException($"{path} is no whole kubeconfig: {e.Message}", "Delete it and start the cluster again", e);
        }
    }

    private static K8SConfiguration ToModel(JsonObject root) => new()
    {
        ApiVersion = Text(root, "apiVersion"),
        Kind = Text(root, "kind"),
        CurrentContext = Text(root, "current-context"),
        Contexts = Named(root, "contexts", (name, entry) => new Context
        {
            Name = name,
            ContextDetails = entry["context"] is { } context
                ? new ContextDetails { Cluster = Text(context, "cluster"), User = Text(context, "user"), Namespace = Text(context, "namespace") }
                : null,
        }),
        Clusters = Named(root, "clusters", (name, entry) => new Cluster
        {
            Name = name,
            ClusterEndpoint = entry["cluster"] is { } cluster
                ? new ClusterEndpoint
                {
                    Server = Text(cluster, "server"),
                    CertificateAuthority = Text(cluster, "certificate-authority"),
                    CertificateAuthorityData = Text(cluster, "certificate-authority-data"),
                    TlsServerName = Text(cluster, "tls-server-name"),
                    SkipTlsVerify = cluster["insecure-skip-tls-verify"]?.GetValue<bool>() ?? false,
                }
                : null,
        }),
        Users = Named(root, "users", (name, entry) => new User { Name = name, UserCredentials = Credentials(entry["user"]) }),
    };

    private static UserCredentials Credentials(JsonNode? user) => user is null
        ? new UserCredentials()
        : new UserCredentials
        {
            Token = Text(user, "token"),
            UserName = Text(user, "username"),
            Password = Text(user, "password"),
            ClientCertificate = Text(user, "client-certificate"),
            ClientCertificateData = Text(user, "client-certificate-data"),
            ClientKey = Text(user, "client-key"),
            ClientKeyData = Text(user, "client-key-data"),
            ExternalExecution = user["exec"] is { } exec
                ? new ExternalExecution
                {
                    ApiVersion = Text(exec, "apiVersion"),
                    Command = Text(exec, "command"),
                    Arguments = [.. exec["args"]?.AsArray().Select(argument => argument!.ToString()) ?? []],
                    EnvironmentVariables = [.. exec["env"]?.AsArray().Select(variable => new Dictionary<string, string>
                    {
                        ["name"] = variable!["name"]!.ToString(),
                        ["value"] = variable["value"]!.ToString(),
                    }) ?? []],
                }
                : null,
        };

    private static T[] Named<T>(JsonObject root, string list, Func<string, JsonNode, T> make) =>
        [.. root[list]?.AsArray().Where(entry => entry is not null).Select(entry => make(Text(entry!, "name") ?? "", entry!)) ?? []];

    private static string? Text(JsonNode node, string name) => node[name]?.ToString();
}
