namespace GoogleEmulator.Http;

/// <summary>One of Google's APIs, below a path of its own.</summary>
/// <param name="Prefix">The first part of the path, and gcloud's name for the API's endpoint.</param>
/// <param name="Service">As it is enabled, such as <c>container.googleapis.com</c>.</param>
/// <param name="Title">As Google shows it.</param>
/// <param name="NeedsEnabling">Whether a project has to enable it before it answers.</param>
internal sealed record GoogleApi(string Prefix, string Service, string Title, bool NeedsEnabling = true)
{
    public static readonly GoogleApi Container = new("container", "container.googleapis.com", "Kubernetes Engine API");
    public static readonly GoogleApi Compute = new("compute", "compute.googleapis.com", "Compute Engine API");
    public static readonly GoogleApi Fleet = new("gkehub", "gkehub.googleapis.com", "GKE Hub API");
    public static readonly GoogleApi ServiceUsage = new("serviceusage", "serviceusage.googleapis.com", "Service Usage API", false);
    public static readonly GoogleApi ResourceManager = new("cloudresourcemanager", "cloudresourcemanager.googleapis.com", "Cloud Resource Manager API", false);
    public static readonly GoogleApi Billing = new("cloudbilling", "cloudbilling.googleapis.com", "Cloud Billing API", false);
    public static readonly GoogleApi Iam = new("iam", "iam.googleapis.com", "Identity and Access Management (IAM) API", false);

    public static readonly IReadOnlyList<GoogleApi> All = [Container, Compute, Fleet, ServiceUsage, ResourceManager, Billing, Iam];
}
