using Provisioner.Plan;

namespace Provisioner.Tools.Gcloud;

/// <summary>The argument list of every gcloud command that the lab runs; pure, so that the lines a reader is shown are the lines that run.</summary>
internal static class GcloudArguments
{
    private static readonly string[] Json = ["--format=json"];

    public static string[] Version() => ["version", .. Json];

    public static string[] Accounts() => ["auth", "list", "--filter=status:ACTIVE", .. Json];

    public static string[] AccessToken() => ["auth", "print-access-token"];

    public static string[] Project(string project) => ["projects", "describe", project, .. Json];

    public static string[] Billing(string project) => ["billing", "projects", "describe", project, .. Json];

    public static string[] EnabledServices(string project) => ["services", "list", "--enabled", $"--project={project}", .. Json];

    public static string[] EnableServices(string project, IEnumerable<string> services) => ["services", "enable", .. services, $"--project={project}", "--quiet"];

    public static string[] Region(string project, string region) => ["compute", "regions", "describe", region, $"--project={project}", .. Json];

    public static string[] Clusters(string project) => ["container", "clusters", "list", $"--project={project}", .. Json];

    /// <summary>As in the demo, with the lab's label; without waiting, so that progress can be told and a cut-off run can go on.</summary>
    public static string[] CreateCluster(CloudPlan cloud, string lab, string project, ClusterPlan cluster, string projectNumber) =>
    [
        "container", "clusters", "create", cluster.ClusterName,
        $"--project={project}",
        $"--location={cluster.Location}",
        $"--machine-type={cloud.MachineType}",
        $"--num-nodes={cloud.Nodes}",
        $"--workload-pool={project}.svc.id.goog",
        $"--network={cloud.Network}",
        // Registers the cluster in its region as well; the step that registers then finds it done.
        $"--fleet-project={cloud.FleetProject}",
        $"--labels={LabLabel.List(lab, cloud.Labels, projectNumber)}",
        .. cloud.Spot ? new[] { "--spot" } : [],
        "--async", "--quiet", .. Json,
    ];

    public static string[] DeleteCluster(string project, string location, string name) =>
        ["container", "clusters", "delete", name, $"--project={project}", $"--location={location}", "--async", "--quiet", .. Json];

    public static string[] LabelCluster(string project, string location, string name, string labels) =>
        ["container", "clusters", "update", name, $"--project={project}", $"--location={location}", $"--update-labels={labels}", "--quiet"];

    public static string[] Operations(string project, string location, string cluster) =>
        ["container", "operations", "list", $"--project={project}", $"--location={location}", $"--filter=targetLink~\"/{cluster}$\"", .. Json];

    public static string[] Credentials(string project, string location, string name) =>
        ["container", "clusters", "get-credentials", name, $"--project={project}", $"--location={location}"];

    public static string[] Memberships(string fleet) => ["container", "fleet", "memberships", "list", $"--project={fleet}", .. Json];

    public static string[] Register(string fleet, string project, string region, string location, string cluster) =>
    [
        "container", "fleet", "memberships", "register", cluster, $"--project={fleet}", $"--location={region}", ClusterReference(fleet, project, location, cluster),
        "--enable-workload-identity", "--quiet",
    ];

    public static string[] Unregister(string fleet, string project, string region, string location, string cluster, string membership) =>
    [
        "container", "fleet", "memberships", "unregister", membership, $"--project={fleet}", $"--location={region}", ClusterReference(fleet, project, location, cluster), "--quiet",
    ];

    /// <summary>For a membership whose cluster is gone: nothing is left in it to clean up.</summary>
    public static string[] DeleteMembership(string fleet, string region, string membership) =>
        ["container", "fleet", "memberships", "delete", membership, $"--project={fleet}", $"--location={region}", "--quiet"];

    public static string[] EnableMesh(string fleet) => ["container", "fleet", "mesh", "enable", $"--project={fleet}", "--quiet"];

    public static string[] ManageMesh(string fleet, string membership, string management) =>
        ["container", "fleet", "mesh", "update", $"--management={management}", $"--memberships={membership}", $"--project={fleet}", "--quiet"];

    public static string[] Mesh(string fleet) => ["container", "fleet", "mesh", "describe", $"--project={fleet}", .. Json];

    public static string[] DisableMesh(string fleet) => ["container", "fleet", "mesh", "disable", "--force", $"--project={fleet}", "--quiet"];

    public static string[] EnableIngress(string fleet, string membership) =>
        ["container", "fleet", "ingress", "enable", $"--config-membership={membership}", $"--project={fleet}", "--quiet"];

    public static string[] UpdateIngress(string fleet, string membership) =>
        ["container", "fleet", "ingress", "update", $"--config-membership={membership}", $"--project={fleet}", "--quiet"];

    public static string[] Ingress(string fleet) => ["container", "fleet", "ingress", "describe", $"--project={fleet}", .. Json];

    public static string[] DisableIngress(string fleet) => ["container", "fleet", "ingress", "disable", "--force", $"--project={fleet}", "--quiet"];

    public static string[] Firewalls(string project) => ["compute", "firewall-rules", "list", $"--project={project}", .. Json];

    /// <summary>As in the demo, limited to the lab's clusters.</summary>
    public static string[] CreateFirewall(string project, string name, string description, string network, IEnumerable<string> ranges, IEnumerable<string> tags) =>
    [
        "compute", "firewall-rules", "create", name,
        $"--project={project}",
        $"--network={network}",
        $"--description={description}",
        "--allow=tcp,udp,icmp,esp,ah,sctp",
        "--direction=INGRESS",
        "--priority=900",
        $"--source-ranges={string.Join(',', ranges)}",
        $"--target-tags={string.Join(',', tags)}",
        "--quiet", .. Json,
    ];

    public static string[] DeleteFirewall(string project, string name) => ["compute", "firewall-rules", "delete", name, $"--project={project}", "--quiet"];

    /// <summary>The nodes of some clusters, whose names GKE begins with the cluster's.</summary>
    public static string[] Instances(string project, IEnumerable<string> clusters) =>
        ["compute", "instances", "list", $"--project={project}", $"--filter=name~\"^gke-({string.Join('|', clusters)})-\"", .. Json];

    /// <summary>All of one kind of Compute Engine.</summary>
    public static string[] List(string project, string kind) => ["compute", kind, "list", $"--project={project}", .. Json];

    private static string ClusterReference(string fleet, string project, string location, string cluster) => fleet == project
        ? $"--gke-cluster={location}/{cluster}"
        : $"--gke-uri=https://container.googleapis.com/v1/projects/{project}/locations/{location}/clusters/{cluster}";
}
