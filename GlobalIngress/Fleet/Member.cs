namespace GlobalIngress.Fleet;

/// <summary>One cluster of the fleet.</summary>
/// <param name="Name">Its context in the kubeconfig, such as <c>us</c>.</param>
/// <param name="Location">Its zone or region, such as <c>us-central1-c</c>.</param>
/// <param name="ClusterName">Its name and its membership's, such as <c>multi-cluster-demo-us</c>.</param>
internal sealed record Member(string Name, string Location, string ClusterName)
{
    /// <summary>As <c>spec.clusters[].link</c> of a MultiClusterService names it.</summary>
    public string Link => $"{Location}/{ClusterName}";

    public string Region { get; } = Regions.OfLocation(Location);

    /// <summary>Reads <c>us=us-central1-c/multi-cluster-demo-us</c>; null when it is anything else.</summary>
    public static Member? Parse(string text) => text.Split('=', '/') is [{ Length: > 0 } name, { Length: > 0 } location, { Length: > 0 } cluster]
        && text.IndexOf('=') == name.Length ? new Member(name, location, cluster) : null;

    public override string ToString() => Link;
}
