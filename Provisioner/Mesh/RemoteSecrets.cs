using System.Text;
using System.Text.Json.Nodes;
using Provisioner.Clusters;
using Provisioner.Kubernetes;
using Provisioner.Stages;

namespace Provisioner.Mesh;

/// <summary>Reads what a remote secret is made of, and the remote secrets that a cluster has.</summary>
internal static class RemoteSecrets
{
    /// <summary>The reader's token and the CA in the peer's own cluster, or null while the token has not been issued.</summary>
    public static Task<ReaderCredentials?> CredentialsAsync(LabCluster peer, CancellationToken cancellation) => CredentialsAsync(peer.Api, cancellation);

    public static async Task<ReaderCredentials?> CredentialsAsync(KubeApi peer, CancellationToken cancellation) =>
        await peer.GetAsync(KubeResource.Secrets, RemoteSecret.Namespace, RemoteSecret.TokenSecret, cancellation) is { } secret ? Read(secret) : null;

    public static Task<ReaderCredentials> WaitForCredentialsAsync(LabCluster peer, Progress progress, CancellationToken cancellation) => peer.Api.UntilAsync(
        KubeResource.Secrets,
        RemoteSecret.Namespace,
        $"fieldSelector=metadata.name%3D{RemoteSecret.TokenSecret}",
        items =>
        {
            progress.Report(items.Count == 0
                ? $"cluster {peer.Name} has no Secret {RemoteSecret.TokenSecret}"
                : $"the Secret {RemoteSecret.TokenSecret} of {peer.Name} has no token yet");
            return items.Values.Select(Read).FirstOrDefault(credentials => credentials is not null);
        },
        cancellation);

    /// <summary>The remote secret for a peer, whoever made it and however it is named.</summary>
    public static async Task<JsonObject?> FindAsync(LabCluster cluster, LabCluster peer, CancellationToken cancellation)
    {
        var list = await cluster.Api.ListAsync(
            KubeResource.Secrets, RemoteSecret.Namespace, $"labelSelector={Uri.EscapeDataString(RemoteSecret.Label)}%3Dtrue", cancellation);
        return list["items"].Objects().FirstOrDefault(secret => !secret.IsBeingDeleted() && (secret["data"] as JsonObject)?.ContainsKey(peer.Name) == true);
    }

    /// <summary>Whether a remote secret still opens the peer's API: a cluster that started anew has another CA, and another token.</summary>
    public static bool IsFor(JsonObject secret, ReaderCredentials credentials, PeerApi server) => Staleness(secret, credentials, server) is null;

    /// <summary>Why a remote secret does not open the peer's API any more, or null when it does.</summary>
    public static string? Staleness(JsonObject secret, ReaderCredentials credentials, PeerApi server)
    {
        var kubeconfig = (secret["data"] as JsonObject)?.Select(entry => Decode(entry.Value)).FirstOrDefault() ?? "";
        return !kubeconfig.Contains($"server: {server.Url}", StringComparison.Ordinal) ? $"it names another address than {server.Url}"
            : !kubeconfig.Contains(credentials.Token, StringComparison.Ordinal) ? "its token is not the one that the peer's API gives out now"
            : null;
    }

    private static ReaderCredentials? Read(JsonObject secret) =>
        Decode(secret["data"]?["token"]) is { Length: > 0 } token && Decode(secret["data"]?["ca.crt"]) is { Length: > 0 } authority
            ? new ReaderCredentials(token, authority)
            : null;

    private static string? Decode(JsonNode? base64) => base64 is null ? null : Encoding.UTF8.GetString(Convert.FromBase64String(base64.GetValue<string>()));
}
