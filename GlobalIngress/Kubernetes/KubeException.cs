using System.Net;

namespace GlobalIngress.Kubernetes;

/// <summary>A Kubernetes API refused a request, or could not be asked.</summary>
internal sealed class KubeException(string cluster, HttpStatusCode? status, string message) : Exception($"{cluster}: {message}")
{
    /// <summary>Null when there was no answer.</summary>
    public HttpStatusCode? Status => status;

    /// <summary>Whether the cluster is not known yet at all.</summary>
    public bool IsEarly { get; init; }
}
