namespace Provisioner.Tools.Gcloud;

/// <summary>The roles that carry the permissions which the lab needs.</summary>
internal static class Roles
{
    /// <summary>What an account needs in order to make the lab, and the role that has it.</summary>
    public static readonly IReadOnlyDictionary<string, string> Needed = new Dictionary<string, string>
    {
        ["container.clusters.create"] = "roles/container.admin",
        ["container.clusters.delete"] = "roles/container.admin",
        ["container.clusters.get"] = "roles/container.admin",
        ["container.clusters.update"] = "roles/container.admin",
        ["compute.firewalls.create"] = "roles/compute.securityAdmin",
        ["compute.firewalls.delete"] = "roles/compute.securityAdmin",
        ["compute.instances.list"] = "roles/compute.viewer",
        ["gkehub.memberships.create"] = "roles/gkehub.admin",
        ["gkehub.memberships.delete"] = "roles/gkehub.admin",
        ["gkehub.features.create"] = "roles/gkehub.admin",
        ["gkehub.features.delete"] = "roles/gkehub.admin",
        ["serviceusage.services.enable"] = "roles/serviceusage.serviceUsageAdmin",
    };

    /// <summary>The command that gives a role to whoever gcloud is logged in as, for a shell of who may give it.</summary>
    public static string Grant(string project, string role) =>
        $"gcloud projects add-iam-policy-binding {project} --member=user:$(gcloud config get-value account) --role={role}";

    /// <summary>The role for a permission, or where none is known for what a command works on.</summary>
    public static string For(string permission, IReadOnlyList<string> arguments) =>
        Needed.GetValueOrDefault(permission) ?? (arguments.ElementAtOrDefault(0), arguments.ElementAtOrDefault(1)) switch
        {
            ("container", "fleet") => "roles/gkehub.admin",
            ("container", _) => "roles/container.admin",
            ("compute", "firewall-rules") => "roles/compute.securityAdmin",
            ("compute", _) => "roles/compute.viewer",
            ("services", _) => "roles/serviceusage.serviceUsageAdmin",
            _ => "roles/viewer",
        };
}
