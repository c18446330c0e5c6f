using System.Text;
using System.Text.Json.Nodes;
using Provisioner.Clusters;

namespace Provisioner.Mesh;

/// <summary>Writes the Secret that lets one cluster's istiod read another cluster's endpoints, as <c>istioctl create-remote-secret</c> does.</summary>
internal static class RemoteSecret
{
    public const string Label = "istio/multiCluster";
    public const string ClusterAnnotation = "networking.istio.io/cluster";
    public const string Namespace = "istio-system";

    /// <summary>The Secret in which the remote cluster's own API keeps the reader's token and the API's CA.</summary>
    public const string TokenSecret = "istio-reader-service-account-istio-remote-secret-token";

    public static string NameOf(string cluster) => $"istio-remote-secret-{cluster}";

    /// <param name="cluster">The remote cluster's name in the mesh.</param>
    /// <param name="server">Its API server, as seen from the cluster that gets the Secret.</param>
    /// <param name="authorityPem">The CA that signed the API server's certificate.</param>
    /// <param name="token">The bearer token of the remote cluster's istio-reader-service-account.</param>
    public static JsonObject Create(string cluster, PeerApi server, string authorityPem, string token) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Secret",
        ["metadata"] = new JsonObject
        {
            ["name"] = NameOf(cluster),
            ["namespace"] = Namespace,
            ["labels"] = new JsonObject { [Label] = "true" },
            ["annotations"] = new JsonObject { [ClusterAnnotation] = cluster },
        },
        ["type"] = "Opaque",
        ["data"] = new JsonObject { [cluster] = Convert.ToBase64String(Encoding.UTF8.GetBytes(Kubeconfig(cluster, server, authorityPem, token))) },
    };

    private static string Kubeconfig(string cluster, PeerApi server, string authorityPem, string token) =>
        $"""
        apiVersion: v1
        kind: Config
        clusters:
        - name: {cluster}
          cluster:
            certificate-authority-data: {Convert.ToBase64String(Encoding.UTF8.GetBytes(authorityPem))}
            server: {server.Url}{(server.TlsServerName is { } name ? $"\n    tls-server-name: {name}" : "")}
        contexts:
        - name: {cluster}
          context:
            cluster: {cluster}
            user: {cluster}
        current-context: {cluster}
        preferences: {"{}"}
        users:
        - name: {cluster}
          user:
            token: {token}

        """.ReplaceLineEndings("\n");
}
