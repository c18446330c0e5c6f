using System.Collections.Concurrent;
using GoogleEmulator.Container;
using GoogleEmulator.Http;

namespace GoogleEmulator.Fleets;

/// <summary>The fleet of one project: memberships and features.</summary>
internal sealed class Fleet(string project, DateTimeOffset created)
{
    public const string Ingress = "multiclusteringress";
    public const string Mesh = "servicemesh";

    private readonly ConcurrentDictionary<string, Membership> memberships = new();
    private readonly ConcurrentDictionary<string, Feature> features = new();

    public string Project => project;

    public DateTimeOffset Created => created;

    public IEnumerable<Membership> Memberships => memberships.Values.OrderBy(membership => membership.Path, StringComparer.Ordinal);

    public IEnumerable<Feature> Features => features.Values.OrderBy(feature => feature.Id, StringComparer.Ordinal);

    public void Add(Membership membership)
    {
        if (Memberships.FirstOrDefault(other => other.Cluster == membership.Cluster && other.Path != membership.Path) is { } other)
        {
            throw GoogleException.FailedPrecondition($"cluster {membership.Cluster.Name} is already registered as {other.Path}; unregister it first");
        }

        if (!memberships.TryAdd(membership.Path, membership))
        {
            throw GoogleException.AlreadyExists($"Resource '{membership.Path}' already exists");
        }
    }

    public void Replace(Membership membership) => memberships[membership.Path] = membership;

    public void Remove(Membership membership)
    {
        memberships.TryRemove(membership.Path, out _);
        foreach (var feature in features.Values)
        {
            feature.MemberSpecs.TryRemove(membership.Path, out _);
            feature.MemberStates.TryRemove(membership.Path, out _);
        }
    }

    /// <summary>The membership at a path, whose project may be an id or a number.</summary>
    public Membership? Find(string? path) =>
        path?.Split('/') is ["projects", _, "locations", var location, "memberships", var name] ? Find(location, name) : null;

    public Membership? Find(string location, string name) => memberships.GetValueOrDefault($"projects/{project}/locations/{location}/memberships/{name}");

    public Membership Get(string location, string name) => Find(location, name)
        ?? throw GoogleException.NotFound($"Resource 'projects/{project}/locations/{location}/memberships/{name}' was not found");

    public Feature? FindFeature(string id) => features.GetValueOrDefault(id);

    public Feature GetFeature(string id) => FindFeature(id)
        ?? throw GoogleException.NotFound($"Resource 'projects/{project}/locations/global/features/{id}' was not found");

    public void Add(Feature feature)
    {
        if (!features.TryAdd(feature.Id, feature))
        {
            throw GoogleException.AlreadyExists($"Resource 'projects/{project}/locations/global/features/{feature.Id}' already exists");
        }
    }

    public void Remove(Feature feature) => features.TryRemove(feature.Id, out _);

    /// <summary>The members whose clusters run.</summary>
    public IReadOnlyList<(Membership Membership, Cluster Cluster)> Running(ClusterTable clusters) =>
    [
        .. Memberships
            .Select(membership => (membership, cluster: clusters.Find(membership.Cluster.Project, membership.Cluster.Location, membership.Cluster.Name)))
            .Where(member => member.cluster is { IsRunning: true })
            .Select(member => (member.membership, member.cluster!)),
    ];
}
