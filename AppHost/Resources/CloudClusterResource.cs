using Aspire.Hosting.ApplicationModel;

namespace AppHost.Resources;

/// <summary>A GKE cluster; its state mirrors what gcloud and the cluster's own API say.</summary>
internal sealed class CloudClusterResource(string name) : Resource(name);
