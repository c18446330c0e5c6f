using System.Text.Json.Nodes;
using Emulator.Api.Security;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Gives every namespace its default ServiceAccount and the cluster's root certificate.</summary>
internal sealed class NamespaceDefaults(Registry registry, ClusterAuthority authority) : IController
{
    private const string RootCertificate = "kube-root-ca.crt";

    public string Name => "serviceaccount-controller";

    public void Watch(Informers informers, WorkQueue queue)
    {
        informers.On(KnownTypes.Namespaces, change => queue.Add(change.Object.Key));
        informers.On(KnownTypes.ServiceAccounts, change => EnqueueLost(change, "default", queue));
        informers.On(KnownTypes.ConfigMaps, change => EnqueueLost(change, RootCertificate, queue));
    }

    public ValueTask ReconcileAsync(ResourceKey key, CancellationToken cancellation)
    {
        if (registry.Find(key.Type, "", key.Name) is not { } ns || ns.Node.IsDeleting())
        {
            return ValueTask.CompletedTask;
        }

        Ensure(KnownTypes.ServiceAccounts, "ServiceAccount", key.Name, "default", []);
        var data = new JsonObject { ["ca.crt"] = authority.CertificatePem };
        var root = Ensure(KnownTypes.ConfigMaps, "ConfigMap", key.Name, RootCertificate, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["annotations"] = new JsonObject
                {
                    ["kubernetes.io/description"] =
                        "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP "
                        + "or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.",
                },
            },
            ["data"] = data.DeepClone(),
        });
        if (!JsonNode.DeepEquals(root.Node["data"], data))
        {
            registry.Update(
                KnownTypes.ConfigMaps,
                key.Name,
                RootCertificate,
                node =>
                {
                    node["data"] = data.DeepClone();
                    return node;
                },
                WriteOptions.System);
        }

        return ValueTask.CompletedTask;
    }

    private static void EnqueueLost(StoreEvent change, string name, WorkQueue queue)
    {
        if (change.Object.Key.Name == name && change.Type is not StoreEventType.Added)
        {
            queue.Add(new ResourceKey(KnownTypes.Namespaces, "", change.Object.Key.Namespace));
        }
    }

    private StoredObject Ensure(ResourceType type, string kind, string ns, string name, JsonObject node)
    {
        if (registry.Find(type, ns, name) is { } found)
        {
            return found;
        }

        node["apiVersion"] = "v1";
        node["kind"] = kind;
        var metadata = node.Ensure("metadata");
        metadata["name"] = name;
        metadata["namespace"] = ns;
        return registry.Create(type, node, WriteOptions.System);
    }
}
