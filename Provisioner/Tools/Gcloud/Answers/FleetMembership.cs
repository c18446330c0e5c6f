namespace Provisioner.Tools.Gcloud.Answers;

/// <summary>A cluster's membership in a fleet.</summary>
internal sealed record FleetMembership
{
    /// <summary>projects/P/locations/L/memberships/M</summary>
    public required string Name { get; init; }

    public MembershipEndpoint? Endpoint { get; init; }

    /// <summary>//container.googleapis.com/projects/P/locations/Z/clusters/C</summary>
    public string? ResourceLink => Endpoint?.GkeCluster?.ResourceLink;

    public string ShortName => Name[(Name.LastIndexOf('/') + 1)..];

    /// <summary>Whether it is of this cluster; the host in the link differs between Google and its rehearsal, zones and locations mean the same.</summary>
    public bool IsOf(string project, string location, string cluster) =>
        ResourceLink?.Replace("/zones/", "/locations/", StringComparison.Ordinal)
            .EndsWith($"/projects/{project}/locations/{location}/clusters/{cluster}", StringComparison.Ordinal) == true;
}
