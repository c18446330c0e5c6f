using Emulator.Api.Server;
using Emulator.Storage;

namespace Emulator.Api.CustomResources;

/// <summary>Keeps an APIService for each group and version that custom resources have, as kube-aggregator's registration does.</summary>
internal sealed class GroupServices(Registry registry)
{
    private static readonly WriteOptions Writer = new() { User = "system:apiserver", FieldManager = "kube-apiserver", ApiVersion = "apiregistration.k8s.io/v1" };

    public void Add(ResourceDefinition definition)
    {
        foreach (var version in definition.Versions)
        {
            var service = BuiltInObjects.CustomService(definition.Group, version);
            if (registry.Find(BuiltInObjects.ApiServices, "", service.Name()) is null)
            {
                service.Insert(0, "apiVersion", "apiregistration.k8s.io/v1");
                service.Insert(1, "kind", "APIService");
                registry.Create(BuiltInObjects.ApiServices, service, Writer);
            }
        }
    }

    /// <summary>Takes away those of a definition that is gone, unless another one has the same group and version.</summary>
    public void Remove(ResourceDefinition definition)
    {
        foreach (var version in definition.Versions.Where(version =>
            !registry.Catalog.All.Any(other => other.Group == definition.Group && other.Versions.Contains(version))))
        {
            registry.Store.TryDelete(new ResourceKey(BuiltInObjects.ApiServices, "", $"{version}.{definition.Group}"));
        }
    }
}
