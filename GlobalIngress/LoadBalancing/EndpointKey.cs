using System.Net;
using GlobalIngress.Fleet;
using GlobalIngress.Resources;

namespace GlobalIngress.LoadBalancing;

/// <summary>What makes an endpoint the same one from one configuration to the next.</summary>
/// <param name="Underlay">The node's listener through which the pod is reached; null to dial the pod itself.</param>
/// <param name="Through">The API server that leads to the pod, where no address does.</param>
/// <param name="UsesTls">Whether requests are encrypted (<c>networking.gke.io/app-protocols</c>).</param>
/// <param name="Draining">How long requests under way may go on after it has left; null: the default.</param>
internal sealed record EndpointKey(
    Member Cluster, IPEndPoint Address, IPEndPoint? Underlay, HealthCheck HealthCheck, ApiRoute? Through = null, bool UsesTls = false, TimeSpan? Draining = null);
