using System.Collections.Immutable;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The state of a resource before anything happened to it, as its annotations say.</summary>
internal static class InitialSnapshot
{
    public static CustomResourceSnapshot Of(IResource resource)
    {
        var start = resource.Annotations.OfType<ResourceSnapshotAnnotation>().LastOrDefault()?.InitialSnapshot
            ?? new CustomResourceSnapshot { ResourceType = resource is ExecutableResource ? "Executable" : resource is ContainerResource ? "Container" : resource.GetType().Name, Properties = [] };
        var icon = resource.Annotations.OfType<ResourceIconAnnotation>().LastOrDefault();
        var relations = resource.Annotations.OfType<ResourceRelationshipAnnotation>().ToArray();
        var parent = Array.FindLast(relations, r => r.Type == ResourceRelationshipAnnotation.Parent)?.Resource;

        return start with
        {
            CreationTimeStamp = start.CreationTimeStamp ?? DateTime.UtcNow,
            IconName = icon?.Name ?? start.IconName,
            IconVariant = icon?.Variant ?? start.IconVariant,
            Properties = parent is null ? start.Properties : start.Properties.Add(new ResourcePropertySnapshot("resource.parentName", parent.Name)),
            Relationships = [.. start.Relationships, .. relations.Select(r => new RelationshipSnapshot(r.Resource.Name, r.Type))],
            Urls = [.. start.Urls, .. Urls(resource)],
            HealthReports = [.. resource.Annotations.OfType<HealthCheckAnnotation>().Select(h => new HealthReportSnapshot(h.Key, null, null, null))],
        };
    }

    private static ImmutableArray<UrlSnapshot> Urls(IResource resource) =>
    [
        .. resource.Annotations.OfType<EndpointAnnotation>()
            .Where(e => e.Port is not null)
            .Select(e => new UrlSnapshot(e.Name, $"{e.UriScheme}://localhost:{e.Port}", IsInternal: false)),
        .. resource.Annotations.OfType<UrlAnnotation>()
            .Select(u => new UrlSnapshot(null, u.Url, IsInternal: false) { DisplayProperties = new(u.DisplayText ?? "") }),
    ];
}
