using GoogleEmulator.Container;
using GoogleEmulator.Http;
using GoogleEmulator.Projects;

namespace GoogleEmulator.Fleets;

/// <summary>Brings clusters into fleets and out of them.</summary>
internal sealed class Registration(ProjectTable projects, ClusterTable clusters, TimeProvider time)
{
    /// <summary>Throws unless the cluster runs.</summary>
    public void CheckCluster(ClusterLink link)
    {
        var cluster = clusters.Find(link.Project, link.Location, link.Name)
            ?? throw GoogleException.Invalid(
                $"InvalidValueError for field endpoint.gke_cluster.resource_link: cluster projects/{link.Project}/locations/{link.Location}/clusters/{link.Name} was not found");
        if (!cluster.IsRunning)
        {
            throw GoogleException.FailedPrecondition($"cluster {link.Name} is in state {cluster.Status}; it can be registered when it is RUNNING");
        }
    }

    public void Add(Membership membership)
    {
        FleetOf(membership.Project).Add(membership);
        if (clusters.Find(membership.Cluster.Project, membership.Cluster.Location, membership.Cluster.Name) is { } cluster)
        {
            cluster.Membership = membership.Path;
        }

        clusters.Touch();
    }

    /// <summary>Registers a cluster as <c>--fleet-project</c> does: under its own name, in its region.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="fleetProject">The fleet's project.</param>
    /// <param name="baseUrl">The base of the container API as the caller knows it: gcloud compares links by it.</param>
    public void Add(Cluster cluster, string fleetProject, string baseUrl)
    {
        var now = time.GetUtcNow();
        var plan = cluster.Plan;
        if (FleetOf(fleetProject).Memberships.Any(membership => membership.Cluster == new ClusterLink(plan.Project, plan.Location, plan.Name)))
        {
            return;
        }

        Add(new Membership
        {
            Project = fleetProject,
            Location = plan.Region,
            Name = plan.Name,
            Cluster = new ClusterLink(plan.Project, plan.Location, plan.Name),
            ResourceLink = $"{baseUrl[baseUrl.IndexOf("//", StringComparison.Ordinal)..]}{cluster.Path}",
            UniqueId = Guid.NewGuid().ToString(),
            Created = now,
            Updated = now,
        });
    }

    public void Remove(Membership membership)
    {
        FleetOf(membership.Project).Remove(membership);
        if (clusters.Find(membership.Cluster.Project, membership.Cluster.Location, membership.Cluster.Name) is { } cluster)
        {
            cluster.Membership = null;
        }

        clusters.Touch();
    }

    private Fleet FleetOf(string project) => projects.Find(project, GoogleApi.Fleet).Fleet;
}
