using Aspire.Hosting.ApplicationModel;

namespace AppHost.Resources;

/// <summary>The lab's calls of gcloud: their log, and what the lab has cost so far.</summary>
internal sealed class GcloudResource() : Resource("gcloud");
