namespace Provisioner.Clusters;

/// <summary>Where another cluster's control plane reaches a cluster's API.</summary>
/// <param name="Url">As seen from a pod of the other cluster.</param>
/// <param name="TlsServerName">The name in the API's certificate, where the URL has none that it is valid for.</param>
internal sealed record PeerApi(string Url, string? TlsServerName = null);
