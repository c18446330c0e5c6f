namespace Aspire.Hosting.ApplicationModel;

internal sealed record HealthCheckAnnotation(string Key) : IResourceAnnotation;
