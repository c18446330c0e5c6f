namespace GlobalIngress.LoadBalancing;

/// <summary>All endpoints that are probed; one that stays through a change of configuration keeps its health and connections.</summary>
internal sealed class EndpointRegistry(Action healthChanged, ILogger logger) : IDisposable
{
    private Dictionary<EndpointKey, Endpoint> endpoints = [];

    /// <summary>Finds or makes the endpoint for each key, and ends those that no key names.</summary>
    public IReadOnlyDictionary<EndpointKey, Endpoint> Update(IEnumerable<EndpointKey> keys)
    {
        var next = new Dictionary<EndpointKey, Endpoint>();
        foreach (var key in keys)
        {
            if (next.ContainsKey(key))
            {
                continue;
            }

            if (!endpoints.Remove(key, out var endpoint))
            {
                endpoint = new Endpoint(key, healthChanged, logger);
                endpoint.Start();
            }

            next[key] = endpoint;
        }

        Dispose();
        endpoints = next;
        return next;
    }

    public void Dispose()
    {
        foreach (var endpoint in endpoints.Values)
        {
            endpoint.Dispose();
        }
    }
}
