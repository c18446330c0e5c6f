using Provisioner.Clusters;
using Provisioner.Kubernetes;
using Provisioner.Stages;

namespace Provisioner.Mesh;

/// <summary>Joins control planes by remote secrets, in every mode in which the lab writes them.</summary>
internal sealed class MeshJoin(Lab lab, IClusterDriver clusters)
{
    private const string SystemNamespace = RemoteSecret.Namespace;

    public Step Discover(LabCluster cluster, LabCluster peer) => new()
    {
        Name = $"let the mesh of {cluster.Name} read the endpoints of {peer.Name}",
        IsDone = async cancellation =>
            await RemoteSecrets.FindAsync(cluster, peer, cancellation) is { } found
            && await RemoteSecrets.CredentialsAsync(peer, cancellation) is { } credentials
            && RemoteSecrets.IsFor(found, credentials, await clusters.PeerApiAsync(peer, cancellation)),
        Act = async (progress, cancellation) =>
        {
            var credentials = await RemoteSecrets.WaitForCredentialsAsync(peer, progress, cancellation);
            await WriteAsync(cluster, peer, credentials, await clusters.PeerApiAsync(peer, cancellation), cancellation);
        },
        Hint = $"The token is in {peer.Name}: kubectl --context {peer.Name} --namespace {SystemNamespace} describe secret {RemoteSecret.TokenSecret}",
        ByHand =
        [
            $"istioctl create-remote-secret --context {peer.Name} --name {peer.Name} | kubectl --context {cluster.Name} apply -f -",
        ],
    };

    public Step Forget(LabCluster cluster, LabCluster peer) => new KubeSteps(lab, cluster).OnlyInOwn(new Step
    {
        Name = $"let the mesh of {cluster.Name} forget {peer.Name}",
        Act = async (_, cancellation) =>
        {
            if (await RemoteSecrets.FindAsync(cluster, peer, cancellation) is { } found)
            {
                await cluster.Api.DeleteAndWaitAsync(KubeResource.Secrets, SystemNamespace, found.Name(), cancellation);
            }
        },
        Hint = $"See: kubectl --context {cluster.Name} --namespace {SystemNamespace} get secrets -l {RemoteSecret.Label}=true",
        ByHand = [$"kubectl --context {cluster.Name} --namespace {SystemNamespace} delete --ignore-not-found secret {RemoteSecret.NameOf(peer.Name)}"],
    }, SystemNamespace);

    public async Task<bool> IsDiscoveringAsync(LabCluster cluster, LabCluster peer, CancellationToken cancellation) =>
        await RemoteSecrets.FindAsync(cluster, peer, cancellation) is not null;

    /// <summary>Whether this mesh lists the peer's endpoints; if not, which of secret, address, token, trust and reachability is missing.</summary>
    public async Task<CheckResult> ObserveAsync(LabCluster cluster, LabCluster peer, CancellationToken cancellation)
    {
        var listed = await new IstiodDebug(lab, cluster).ObserveAsync(peer, cancellation);
        return listed.Passed || await WhyAsync(cluster, peer, cancellation) is not { } why ? listed : CheckResult.Fail($"{listed.Observed}; {why}");
    }

    /// <summary>Writes the remote secret anew when it no longer opens the peer's API; says why, or null when nothing was to do.</summary>
    public async Task<string?> RenewAsync(LabCluster cluster, LabCluster peer, CancellationToken cancellation)
    {
        if (await RemoteSecrets.FindAsync(cluster, peer, cancellation) is not { } found
            || await RemoteSecrets.CredentialsAsync(peer, cancellation) is not { } credentials)
        {
            return null;
        }

        var server = await clusters.PeerApiAsync(peer, cancellation);
        var why = RemoteSecrets.Staleness(found, credentials, server);
        if (why is not null)
        {
            await WriteAsync(cluster, peer, credentials, server, cancellation);
        }

        return why;
    }

    // istiod does not take up a changed token of a Secret that it knows (istio/istio issue 60612): the old one goes first.
    private static async Task WriteAsync(LabCluster cluster, LabCluster peer, ReaderCredentials credentials, PeerApi server, CancellationToken cancellation)
    {
        if (await RemoteSecrets.FindAsync(cluster, peer, cancellation) is { } old)
        {
            await cluster.Api.DeleteAndWaitAsync(KubeResource.Secrets, SystemNamespace, old.Name(), cancellation);
        }

        var secret = RemoteSecret.Create(peer.Name, server, credentials.AuthorityPem, credentials.Token);
        await cluster.Api.ApplyAsync(KubeResource.Secrets, SystemNamespace, secret, cancellation);
    }

    private async Task<string?> WhyAsync(LabCluster cluster, LabCluster peer, CancellationToken cancellation)
    {
        if (await RemoteSecrets.FindAsync(cluster, peer, cancellation) is not { } secret)
        {
            return null;
        }

        if (await RemoteSecrets.CredentialsAsync(peer, cancellation) is not { } credentials)
        {
            return $"{peer.Name} has no reader token: the Secret {RemoteSecret.TokenSecret} is missing or empty";
        }

        if (RemoteSecrets.Staleness(secret, credentials, await clusters.PeerApiAsync(peer, cancellation)) is { } stale)
        {
            return $"the remote secret for {peer.Name} is out of date: {stale}";
        }

        var (own, others) = (await MeshTrust.RootAsync(cluster, cancellation), await MeshTrust.RootAsync(peer, cancellation));
        return own is not null && others is not null && own != others
            ? $"the two clusters trust different roots ({own[..8]}… and {others[..8]}…), so that their proxies refuse each other"
            : null;
    }
}
