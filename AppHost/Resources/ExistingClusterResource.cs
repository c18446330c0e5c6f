using Aspire.Hosting.ApplicationModel;

namespace AppHost.Resources;

/// <summary>A cluster of the user's own; the lab neither starts nor ends it.</summary>
internal sealed class ExistingClusterResource(string name) : Resource(name);
