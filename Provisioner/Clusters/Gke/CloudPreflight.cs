using System.Collections.Concurrent;
using Provisioner.Tools;
using Provisioner.Tools.Gcloud;
using Provisioner.Tools.Gcloud.Answers;

namespace Provisioner.Clusters.Gke;

/// <summary>Looks at gcloud, the account, the projects and the names before anything is created, and finds all problems at once.</summary>
internal sealed class CloudPreflight(CloudLab cloud, GcloudEnvironment environment, CloudPermissions permissions)
{
    /// <summary>Registration into a region needs it (Google's guide to Multi Cluster Ingress names 450; 528 is what the lab is tested with).</summary>
    private const int OldestGcloud = 450;

    private static readonly string[] Services =
    [
        "cloudresourcemanager.googleapis.com", "compute.googleapis.com", "container.googleapis.com", "gkehub.googleapis.com", "mesh.googleapis.com",
        "multiclusteringress.googleapis.com", "multiclusterservicediscovery.googleapis.com",
    ];

    public async Task<CloudProposal> LookAsync(CancellationToken cancellation)
    {
        // What is wrong with gcloud, the account and the projects themselves; what was found; what was refused.
        var (first, problems, refusals) = (new ConcurrentBag<Problem>(), new ConcurrentBag<Problem>(), new ConcurrentBag<Problem>());
        foreach (var problem in CloudPlanProblems.Find(cloud))
        {
            problems.Add(problem);
        }

        if (!problems.IsEmpty)
        {
            // Questions about names that cannot be would only add noise.
            return Proposal(problems, [], new Dictionary<string, IReadOnlyList<string>>());
        }

        var enabled = cloud.Projects.Append(cloud.Fleet).Distinct().ToDictionary(project => project, project => ServicesAsync(project, cancellation));
        var made = InventoryAsync(enabled[cloud.Fleet], cancellation);
        await Task.WhenAll(
        [
            TryAsync(first, first, () => VersionAsync(first, cancellation)),
            TryAsync(first, first, () => AccountAsync(first, cancellation)),
            TryAsync(problems, refusals, async () => await NamesAsync(await made, problems, cancellation)),
            .. enabled.Keys.Select(project => TryAsync(first, first, () => ProjectAsync(project, first, cancellation))),
            .. enabled.Keys.Select(project => TryAsync(problems, refusals, () => BillingAsync(project, problems, cancellation))),
            .. enabled.Keys.Select(project => TryAsync(problems, refusals, () => enabled[project])),
            .. enabled.Keys.Select(project => TryAsync(problems, refusals, () => PermissionsAsync(project, problems, cancellation))),
            .. cloud.Lab.Clusters.Select(cluster => TryAsync(problems, refusals, () => QuotaAsync(cluster, made, problems, cancellation))),
        ]);
        if (!first.IsEmpty || !problems.IsEmpty || !refusals.IsEmpty)
        {
            // Where gcloud, the account or a project is not right, every question is refused, each in other words.
            return Proposal([.. first, .. problems, .. first.IsEmpty ? refusals : []], [], new Dictionary<string, IReadOnlyList<string>>());
        }

        var missing = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var (project, services) in enabled)
        {
            string[] lacking = [.. Services.Except(await services)];
            if (lacking.Length > 0)
            {
                missing[project] = lacking;
            }
        }

        return Proposal(problems, (await made).ToMake(cloud, missing), missing);
    }

    public async Task EnableServicesAsync(CloudProposal proposal, CancellationToken cancellation)
    {
        foreach (var (project, services) in proposal.ToEnable)
        {
            await cloud.Gcloud.MakeAsync(GcloudArguments.EnableServices(project, services), cancellation);
        }
    }

    private async Task VersionAsync(ConcurrentBag<Problem> problems, CancellationToken cancellation)
    {
        if (Programs.Find("gke-gcloud-auth-plugin") is null)
        {
            problems.Add(new Problem("gke-gcloud-auth-plugin, which gives kubectl its credentials, is not on PATH", "Install it: gcloud components install gke-gcloud-auth-plugin"));
        }

        // {"Google Cloud SDK": "528.0.0", "core": "2025.06.20", …}
        var versions = await cloud.Gcloud.AskAsync(GcloudArguments.Version(), GcloudJson.Default.DictionaryStringJsonElement, cancellation);
        var version = versions.GetValueOrDefault("Google Cloud SDK").ToString();
        if (!int.TryParse(version.Split('.')[0], System.Globalization.CultureInfo.InvariantCulture, out var major) || major < OldestGcloud)
        {
            problems.Add(new Problem($"gcloud is version '{version}'; {OldestGcloud}.0.0 or newer is needed", "Update it: gcloud components update"));
        }
    }

    private async Task AccountAsync(ConcurrentBag<Problem> problems, CancellationToken cancellation)
    {
        // A token file stands for an account.
        if ((await environment.VariablesAsync(cancellation)).GetValueOrDefault("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE") is null
            && Environment.GetEnvironmentVariable("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE") is null
            && (await cloud.Gcloud.AskAsync(GcloudArguments.Accounts(), GcloudJson.Default.AccountArray, cancellation)).Length == 0)
        {
            problems.Add(new Problem("gcloud is not logged in to any account", GcloudErrors.LogIn));
        }
    }

    private async Task ProjectAsync(string project, ConcurrentBag<Problem> problems, CancellationToken cancellation)
    {
        GoogleProject found;
        try
        {
            found = await cloud.Gcloud.AskAsync(GcloudArguments.Project(project), GcloudJson.Default.GoogleProject, cancellation);
        }
        catch (GcloudException e) when (e.Fault is GcloudFault.Denied or GcloudFault.NotFound)
        {
            problems.Add(new Problem($"project {project} does not exist, or the account may not see it: {e.Message}", "Name yours: --project P (gcloud projects list)"));
            return;
        }

        cloud.Learn(found);
        if (found.LifecycleState is not ("ACTIVE" or null))
        {
            problems.Add(new Problem($"project {project} is {found.LifecycleState}", $"Bring it back (gcloud projects undelete {project}), or name another: --project P"));
        }
    }

    private async Task BillingAsync(string project, ConcurrentBag<Problem> problems, CancellationToken cancellation)
    {
        try
        {
            if ((await cloud.Gcloud.AskAsync(GcloudArguments.Billing(project), GcloudJson.Default.BillingInfo, cancellation)).BillingEnabled != true)
            {
                problems.Add(new Problem(
                    $"project {project} has no billing account", $"Link one: gcloud billing projects link {project} --billing-account=ACCOUNT (gcloud billing accounts list)"));
            }
        }
        catch (GcloudException e) when (e.Fault is GcloudFault.Denied or GcloudFault.ApiDisabled)
        {
            // Who may make clusters need not be allowed to see who pays for them.
        }
    }

    private async Task<IReadOnlyList<string>> ServicesAsync(string project, CancellationToken cancellation) =>
        [.. (await cloud.Gcloud.AskAsync(GcloudArguments.EnabledServices(project), GcloudJson.Default.EnabledServiceArray, cancellation))
            .Select(service => service.Config?.Name).OfType<string>()];

    private async Task PermissionsAsync(string project, ConcurrentBag<Problem> problems, CancellationToken cancellation)
    {
        foreach (var missing in (await permissions.MissingAsync(project, cancellation)).GroupBy(permission => Roles.Needed[permission]))
        {
            problems.Add(new Problem(
                $"the account may not {string.Join(", ", missing)} in {project}",
                Roles.Grant(project, missing.Key)));
        }
    }

    /// <summary>Quota of the cluster's region for its nodes, unless they are there.</summary>
    private async Task QuotaAsync(LabCluster cluster, Task<CloudInventory> made, ConcurrentBag<Problem> problems, CancellationToken cancellation)
    {
        var project = cloud.ProjectOf(cluster);
        ComputeRegion region;
        try
        {
            region = await cloud.Gcloud.AskAsync(GcloudArguments.Region(project, CloudLab.RegionOf(cluster)), GcloudJson.Default.ComputeRegion, cancellation);
        }
        catch (GcloudException e) when (e.Fault == GcloudFault.ApiDisabled)
        {
            // A project that has never had machines has its full quota.
            return;
        }

        if ((await made).Has(CloudClusterName.Of(cloud, cluster)))
        {
            return;
        }

        // Clusters of one region share its quota.
        var sharing = cloud.Lab.Clusters.Where(other => CloudLab.RegionOf(other) == region.Name && cloud.ProjectOf(other) == project).ToArray();
        if (sharing[0] != cluster)
        {
            return;
        }

        var needed = cloud.Cloud.Nodes * (CloudCost.Cpus(cloud.Cloud.MachineType) ?? 4) * sharing.Count(other => !made.Result.Has(CloudClusterName.Of(cloud, other)));
        foreach (var quota in region.Quotas?.Where(quota => quota.Metric == "CPUS" && quota.Limit - quota.Usage < needed) ?? [])
        {
            problems.Add(new Problem(
                $"{region.Name} of {project} has {quota.Limit - quota.Usage:0} of {quota.Limit:0} CPUs free; the lab needs {needed}",
                $"See: gcloud compute regions describe {region.Name} --project={project}; ask for more in the console (IAM & Admin, Quotas), "
                + "or take fewer nodes (Lab__Google__Nodes=2) or another zone"));
        }
    }

    /// <summary>Names and addresses that are taken by something that is not the lab's.</summary>
    private async Task NamesAsync(CloudInventory made, ConcurrentBag<Problem> problems, CancellationToken cancellation)
    {
        foreach (var clash in made.Clashes(cloud))
        {
            problems.Add(clash);
        }

        foreach (var cluster in cloud.Lab.Clusters)
        {
            if (made.Has(CloudClusterName.Of(cloud, cluster)))
            {
                await TryAsync(problems, problems, () => cloud.FindAsync(cluster, cancellation));
            }
            else if (made.Memberships.Any(membership => CloudLab.SameMembership(membership.Name, cloud.MembershipOf(cluster))))
            {
                await TryAsync(problems, problems, () => cloud.FindMembershipAsync(cluster, cancellation));
            }
        }
    }

    private async Task<CloudInventory> InventoryAsync(Task<IReadOnlyList<string>> enabled, CancellationToken cancellation) => await CloudInventory.LookAsync(
        cloud.Gcloud, cloud.Plan.Name, cloud.Fleet, [.. cloud.Projects], cloud.Names, cancellation, hasFleet: (await enabled).Contains("gkehub.googleapis.com"));

    // Every question is asked, whatever the others found.
    private static async Task TryAsync(ConcurrentBag<Problem> problems, ConcurrentBag<Problem> refusals, Func<Task> look)
    {
        try
        {
            await look();
        }
        catch (LabException e)
        {
            (e is GcloudException ? refusals : problems).Add(new Problem(e.Message, e.Cure));
        }
    }

    private static CloudProposal Proposal(
        IEnumerable<Problem> problems, IReadOnlyList<string> toMake, IReadOnlyDictionary<string, IReadOnlyList<string>> toEnable) =>
        // Every call says in its own way that nobody is logged in; once is enough.
        new([.. problems.DistinctBy(problem => problem.Cure == GcloudErrors.LogIn ? problem.Cure : problem.What).OrderBy(problem => problem.What, StringComparer.Ordinal)], toMake, toEnable);
}
