namespace Aspire.Hosting.ApplicationModel;

internal sealed record ResourceIconAnnotation(string Name, IconVariant Variant) : IResourceAnnotation;
