using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class DistributedApplicationEventingExtensions
{
    /// <summary>Calls back when a resource is to begin its life.</summary>
    public static IResourceBuilder<T> OnInitializeResource<T>(
        this IResourceBuilder<T> builder, Func<T, InitializeResourceEvent, CancellationToken, Task> callback)
        where T : IResource =>
        builder.WithAnnotation(new InitializeResourceAnnotation((e, cancellationToken) => callback(builder.Resource, e, cancellationToken)));
}
