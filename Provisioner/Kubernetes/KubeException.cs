using System.Net;

namespace Provisioner.Kubernetes;

/// <summary>A Kubernetes API refused a request.</summary>
internal sealed class KubeException(string cluster, HttpStatusCode status, string message)
    : Exception($"cluster {cluster}: {message}")
{
    public HttpStatusCode Status { get; } = status;
}
