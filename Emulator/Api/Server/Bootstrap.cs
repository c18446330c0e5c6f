using System.Text.Json.Nodes;
using Emulator.Api.CustomResources;
using Emulator.Api.Security;
using Emulator.Storage;

namespace Emulator.Api.Server;

/// <summary>The objects that every cluster has from its first moment on.</summary>
internal sealed class Bootstrap(Registry registry, ClusterOptions options)
{
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the objects are there; nobody is answered before that.</summary>
    public Task Done => done.Task;

    /// <summary>Makes the objects that are not there yet, on a thread of its own: the listener opens at the same time.</summary>
    public async Task RunAsync()
    {
        await Task.Run(Run);
        done.SetResult();
    }

    private void Run()
    {
        // Types of an earlier run, whose objects are there already.
        foreach (var kept in registry.Store.List(KnownTypes.CustomResourceDefinitions).Items)
        {
            if (DefinitionParser.Parse(kept.Copy()) is { } definition)
            {
                registry.Catalog.Set(definition);
            }
        }

        foreach (var ns in (string[])["default", "kube-system", "kube-public", "kube-node-lease"])
        {
            Ensure(KnownTypes.Namespaces, "v1", "Namespace", new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = ns, ["labels"] = new JsonObject { ["kubernetes.io/metadata.name"] = ns } },
                ["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") },
                ["status"] = new JsonObject { ["phase"] = "Active" },
            });
        }

        foreach (var (type, kind, node) in DefaultRoles.All())
        {
            Ensure(type, "rbac.authorization.k8s.io/v1", kind, node);
        }

        foreach (var (type, version, kind, node) in BuiltInObjects.All(registry.Catalog))
        {
            Ensure(type, version, kind, node);
        }

        foreach (var definition in LabResources.All())
        {
            Ensure(KnownTypes.CustomResourceDefinitions, "apiextensions.k8s.io/v1", "CustomResourceDefinition", definition);
        }

        var address = ClusterAuthority.ServiceAddress(options.ServiceCidr).ToString();
        Ensure(KnownTypes.Services, "v1", "Service", new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = "kubernetes",
                ["namespace"] = "default",
                ["labels"] = new JsonObject { ["component"] = "apiserver", ["provider"] = "kubernetes" },
            },
            ["spec"] = new JsonObject
            {
                ["clusterIP"] = address,
                ["clusterIPs"] = new JsonArray(address),
                ["internalTrafficPolicy"] = "Cluster",
                ["ipFamilies"] = new JsonArray("IPv4"),
                ["ipFamilyPolicy"] = "SingleStack",
                ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["port"] = 443, ["protocol"] = "TCP", ["targetPort"] = 6443 }),
                ["sessionAffinity"] = "None",
                ["type"] = "ClusterIP",
            },
            ["status"] = new JsonObject { ["loadBalancer"] = new JsonObject() },
        });
    }

    private void Ensure(ResourceType type, string apiVersion, string kind, JsonObject node)
    {
        if (registry.Find(type, node.Namespace(), node.Name()) is not null)
        {
            return;
        }

        node.Insert(0, "apiVersion", JsonValue.Create(apiVersion));
        node.Insert(1, "kind", JsonValue.Create(kind));
        registry.Create(type, node, new WriteOptions { User = "system:apiserver", FieldManager = "kube-apiserver", ApiVersion = apiVersion });
    }
}
