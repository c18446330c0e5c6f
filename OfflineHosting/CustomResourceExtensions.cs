using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class CustomResourceExtensions
{
    /// <summary>Sets the state a resource has before anything happened to it.</summary>
    public static IResourceBuilder<TResource> WithInitialState<TResource>(
        this IResourceBuilder<TResource> builder, CustomResourceSnapshot initialSnapshot)
        where TResource : IResource =>
        builder.WithAnnotation(new ResourceSnapshotAnnotation(initialSnapshot), ResourceAnnotationMutationBehavior.Replace);
}
