using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Provisioner.Kubernetes;

/// <summary>Applies sets of objects, and tells whether a cluster already has them.</summary>
internal static class ManifestApplier
{
    /// <summary>On objects that the lab applied: which version of the manifest it was.</summary>
    public const string VersionAnnotation = "lab.dev/manifest";

    /// <summary>Whether every object is there, and none is one that the lab applied from another version of its manifest.</summary>
    /// <remarks>An object without the annotation was made by hand and counts, and so does one that was changed since.</remarks>
    public static async Task<bool> HasAsync(this KubeApi api, string? ns, IReadOnlyList<JsonObject> objects, CancellationToken cancellation)
    {
        foreach (var item in objects)
        {
            if (await FindAsync(api, item, cancellation) is not { } resource
                || await api.GetAsync(resource, item.Namespace() ?? ns, item.Name(), cancellation) is not { } found
                || found.IsBeingDeleted()
                || (found.Annotation(VersionAnnotation) is { } version && version != VersionOf(item)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Applies all objects: kinds and namespaces first, workloads and custom objects last, each group side by side.</summary>
    public static async Task ApplyAsync(this KubeApi api, string? ns, IReadOnlyList<JsonObject> objects, CancellationToken cancellation)
    {
        foreach (var wave in objects.GroupBy(Wave).OrderBy(group => group.Key))
        {
            await Task.WhenAll(wave.Select(ApplyOneAsync));
        }

        async Task ApplyOneAsync(JsonObject item)
        {
            var resource = await api.Discovery.ResolveAsync(item["apiVersion"]!.GetValue<string>(), item.Kind(), cancellation);
            await api.ApplyAsync(resource, item.Namespace() ?? ns, WithVersion(item), cancellation);
        }
    }

    /// <summary>Deletes all objects, the last first, and waits until they are gone.</summary>
    public static async Task DeleteAsync(this KubeApi api, string? ns, IReadOnlyList<JsonObject> objects, CancellationToken cancellation)
    {
        foreach (var wave in objects.GroupBy(Wave).OrderByDescending(group => group.Key))
        {
            await Task.WhenAll(wave.Select(async item =>
            {
                if (await FindAsync(api, item, cancellation) is { } resource)
                {
                    await api.DeleteAndWaitAsync(resource, item.Namespace() ?? ns, item.Name(), cancellation);
                }
            }));
        }
    }

    /// <summary>Deletes one object and waits until its finalizers have let it go.</summary>
    public static async Task DeleteAndWaitAsync(this KubeApi api, KubeResource resource, string? ns, string name, CancellationToken cancellation)
    {
        if (await api.DeleteAsync(resource, ns, name, cancellation))
        {
            await api.UntilAsync(resource, ns, $"fieldSelector=metadata.name%3D{name}", items => items.Count == 0 ? "gone" : null, cancellation);
        }
    }

    public static string VersionOf(JsonObject item) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(item.ToJsonString())))[..12];

    private static JsonObject WithVersion(JsonObject item)
    {
        var copy = (JsonObject)item.DeepClone();
        var metadata = (JsonObject)copy["metadata"]!;
        if (metadata["annotations"] is not JsonObject annotations)
        {
            metadata["annotations"] = annotations = [];
        }

        annotations[VersionAnnotation] = VersionOf(item);
        return copy;
    }

    private static int Wave(JsonObject item) => item.Kind() switch
    {
        "CustomResourceDefinition" or "Namespace" => 0,
        _ when item["apiVersion"]!.GetValue<string>() is "v1" or "rbac.authorization.k8s.io/v1" or "admissionregistration.k8s.io/v1" => 1,
        _ => 2,
    };

    private static Task<KubeResource?> FindAsync(KubeApi api, JsonObject item, CancellationToken cancellation) =>
        api.Discovery.FindAsync(item["apiVersion"]!.GetValue<string>(), item.Kind(), cancellation);
}
