namespace Aspire.Hosting.ApplicationModel;

internal sealed record ResourceSnapshotAnnotation(CustomResourceSnapshot InitialSnapshot) : IResourceAnnotation;
