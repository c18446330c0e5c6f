using Emulator.Storage;

namespace Emulator.Mesh.Certificates;

/// <summary>Keeps the mesh's root certificate in every namespace, as ConfigMap <c>istio-ca-root-cert</c>.</summary>
internal sealed class RootCertificates(Registry registry, string rootPem)
{
    public void PublishAll(IEnumerable<StoredObject> objects)
    {
        foreach (var ns in objects.Where(item => item.Key.Type == KnownTypes.Namespaces))
        {
            Publish(ns.Key.Name);
        }
    }

    /// <summary>Serves a new namespace, and puts back what somebody changed or deleted.</summary>
    public void React(StoreEvent change)
    {
        var key = change.Object.Key;
        if (key.Type == KnownTypes.Namespaces && change.Type is StoreEventType.Added)
        {
            Publish(key.Name);
        }
        else if (key.Type == KnownTypes.ConfigMaps && key.Name == MeshAuthoritySecrets.RootConfigMap && change.Type is not StoreEventType.Added
            && registry.Find(KnownTypes.Namespaces, "", key.Namespace) is { } ns && !ns.Node.IsDeleting())
        {
            Publish(key.Namespace);
        }
    }

    private void Publish(string ns)
    {
        // As Istio's own list of namespaces that it leaves alone.
        if (ns is not ("kube-system" or "kube-public" or "kube-node-lease" or "local-path-storage"))
        {
            MeshAuthoritySecrets.PublishRoot(registry, ns, rootPem);
        }
    }
}
