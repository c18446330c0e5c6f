using GoogleEmulator.Http;
using GoogleEmulator.Projects;

namespace GoogleEmulator.Container;

/// <summary>All clusters, of all projects.</summary>
internal sealed class ClusterTable(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly List<Cluster> clusters = [];

    /// <summary>Called, with no lock held, when a cluster came, changed or went.</summary>
    public event Action? Changed;

    public IReadOnlyList<Cluster> All
    {
        get
        {
            lock (gate)
            {
                return [.. clusters];
            }
        }
    }

    /// <summary>Adds the cluster that a plan over the others describes.</summary>
    public Cluster Add(Func<IReadOnlyList<Cluster>, ClusterPlan> plan)
    {
        lock (gate)
        {
            var cluster = new Cluster(plan(clusters), time.GetUtcNow());
            clusters.Add(cluster);
            return cluster;
        }
    }

    public void Remove(Cluster cluster)
    {
        lock (gate)
        {
            clusters.Remove(cluster);
        }

        Changed?.Invoke();
    }

    public void Touch() => Changed?.Invoke();

    public Cluster? Find(string project, string location, string name) =>
        All.FirstOrDefault(cluster => cluster.Plan.Project == project && cluster.Plan.Location == location && cluster.Plan.Name == name);

    public Cluster Get(Project project, string location, string name) => Find(project.Id, location, name)
        ?? throw GoogleException.NotFound($"Not found: projects/{project.Id}/{(Locations.IsZone(location) ? "zones" : "locations")}/{location}/clusters/{name}.");
}
