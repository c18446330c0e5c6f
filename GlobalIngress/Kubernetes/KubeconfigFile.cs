using System.Collections.Concurrent;
using k8s;
using k8s.Exceptions;
using k8s.KubeConfigModels;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace GlobalIngress.Kubernetes;

/// <summary>A kubeconfig that may not be there yet and may change: each use reads it again when it has changed.</summary>
/// <remarks>KubernetesClient's own loader maps YAML by reflection, which takes half a second of start-up; only the mapping is replaced.</remarks>
internal sealed class KubeconfigFile(string path)
{
    private readonly ConcurrentDictionary<string, Loaded> contexts = new();

    public string Path => path;

    /// <summary>The client for a context.</summary>
    /// <exception cref="KubeException">The file or the context is not there, or cannot be read.</exception>
    public KubeClient Client(string context)
    {
        var stamp = File.GetLastWriteTimeUtc(path);
        if (contexts.TryGetValue(context, out var loaded) && loaded.Stamp == stamp)
        {
            return loaded.Client;
        }

        if (!File.Exists(path))
        {
            throw Early(context, $"waiting for the kubeconfig {path}");
        }

        try
        {
            var client = new KubeClient(context, KubernetesClientConfiguration.BuildConfigFromConfigObject(Read(), context));
            // The old one is left to its running requests, and then to the garbage collector.
            contexts[context] = new Loaded(stamp, client);
            return client;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Early(context, $"waiting for the kubeconfig {path}: {error.Message}");
        }
        catch (KubeConfigException error)
        {
            throw Early(context, $"waiting for context {context} in {path}: {error.Message}");
        }
        catch (Exception error) when (error is YamlException or InvalidCastException or FormatException)
        {
            throw new KubeException(context, null, $"the kubeconfig {path} cannot be read: {error.Message}");
        }
    }

    private static KubeException Early(string context, string message) => new(context, null, message) { IsEarly = true };

    private K8SConfiguration Read()
    {
        using var reader = File.OpenText(path);
        var stream = new YamlStream();
        stream.Load(reader);
        if (stream.Documents is not [var document, ..] || document.RootNode is not YamlMappingNode root)
        {
            throw new FormatException("it is empty");
        }

        return new K8SConfiguration
        {
            ApiVersion = "v1",
            Kind = "Config",
            CurrentContext = Text(root, "current-context"),
            Contexts = Each(root, "contexts", "context", (name, entry) => new Context
            {
                Name = name,
                ContextDetails = new ContextDetails { Cluster = Text(entry, "cluster"), User = Text(entry, "user") },
            }),
            Clusters = Each(root, "clusters", "cluster", (name, entry) => new Cluster
            {
                Name = name,
                ClusterEndpoint = new ClusterEndpoint
                {
                    Server = Text(entry, "server"),
                    CertificateAuthority = Text(entry, "certificate-authority"),
                    CertificateAuthorityData = Text(entry, "certificate-authority-data"),
                    TlsServerName = Text(entry, "tls-server-name"),
                    SkipTlsVerify = Text(entry, "insecure-skip-tls-verify") == "true",
                },
            }),
            Users = Each(root, "users", "user", (name, entry) => new User { Name = name, UserCredentials = Credentials(entry) }),
        };
    }

    private static UserCredentials Credentials(YamlMappingNode user) => new()
    {
        Token = Text(user, "token"),
        ClientCertificate = Text(user, "client-certificate"),
        ClientCertificateData = Text(user, "client-certificate-data"),
        ClientKey = Text(user, "client-key"),
        ClientKeyData = Text(user, "client-key-data"),
        ExternalExecution = Child(user, "exec") is YamlMappingNode exec
            ? new ExternalExecution
            {
                ApiVersion = Text(exec, "apiVersion"),
                Command = Text(exec, "command"),
                Arguments = Child(exec, "args") is YamlSequenceNode arguments ? [.. arguments.Select(argument => argument.ToString())] : [],
                EnvironmentVariables = Child(exec, "env") is YamlSequenceNode variables
                    ? [.. variables.OfType<YamlMappingNode>().Select(variable => new Dictionary<string, string>
                    {
                        ["name"] = Text(variable, "name")!,
                        ["value"] = Text(variable, "value")!,
                    })]
                    : [],
            }
            : null,
    };

    private static T[] Each<T>(YamlMappingNode root, string list, string part, Func<string, YamlMappingNode, T> make) =>
        Child(root, list) is YamlSequenceNode entries
            ? [.. entries.OfType<YamlMappingNode>().Select(entry => make(Text(entry, "name") ?? "", Child(entry, part) as YamlMappingNode ?? []))]
            : [];

    private static string? Text(YamlMappingNode node, string name) => (Child(node, name) as YamlScalarNode)?.Value;

    private static YamlNode? Child(YamlMappingNode node, string name) => node.Children.TryGetValue(new YamlScalarNode(name), out var child) ? child : null;

    private sealed record Loaded(DateTime Stamp, KubeClient Client);
}
