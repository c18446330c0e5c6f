namespace Aspire.Hosting.ApplicationModel;

internal sealed record InitializeResourceAnnotation(Func<InitializeResourceEvent, CancellationToken, Task> Callback) : IResourceAnnotation;
