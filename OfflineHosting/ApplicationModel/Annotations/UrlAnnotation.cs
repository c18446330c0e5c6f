namespace Aspire.Hosting.ApplicationModel;

internal sealed record UrlAnnotation(string Url, string? DisplayText) : IResourceAnnotation;
