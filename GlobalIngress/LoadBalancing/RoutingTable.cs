namespace GlobalIngress.LoadBalancing;

/// <summary>What the load balancer does with requests; replaced as a whole when the configuration changes.</summary>
/// <param name="Ingress">The MultiClusterIngress it comes from; null for none.</param>
/// <param name="RedirectStatus">The status that sends clients of HTTP to HTTPS; null where they are served.</param>
internal sealed record RoutingTable(string? Ingress, BackendPool? Default, IReadOnlyList<RequestRoute> Routes, int? RedirectStatus = null)
{
    public static RoutingTable Empty { get; } = new(null, null, []);

    public IEnumerable<BackendPool> Pools => Routes.Select(route => route.Pool).Prepend(Default).OfType<BackendPool>().Distinct();

    /// <summary>The pool for a request; null where there is no ingress at all.</summary>
    public BackendPool? Find(HttpRequest request)
    {
        if (Routes.Count == 0)
        {
            return Default;
        }

        var host = request.Host.Host;
        var path = request.Path.Value ?? "/";
        // Routes are sorted: the first that matches is the most exact one.
        foreach (var route in Routes)
        {
            if (route.Matches(host, path))
            {
                return route.Pool;
            }
        }

        return Default;
    }
}
