using System.Security.Cryptography;
using System.Text;
using Emulator.Api.Security;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Signs approved requests for client certificates with the cluster's authority (signer <c>kubernetes.io/kube-apiserver-client</c>).</summary>
internal sealed class CertificateSigner(Registry registry, ClusterAuthority authority, TimeProvider time) : IController
{
    private const string ClientSigner = "kubernetes.io/kube-apiserver-client";
    private const string KubeletSigner = "kubernetes.io/kube-apiserver-client-kubelet";

    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    public string Name => "csrsigning-controller";

    public void Watch(Informers informers, WorkQueue queue) => informers.On(KnownTypes.CertificateSigningRequests, change => queue.Add(change.Object.Key));

    public ValueTask ReconcileAsync(ResourceKey key, CancellationToken cancellation)
    {
        if (registry.Find(key.Type, key.Namespace, key.Name) is { } found && found.Node["spec"]?["signerName"].Text() is ClientSigner or KubeletSigner
            && found.Node.HasCondition("Approved") && !found.Node.HasCondition("Denied") && !found.Node.HasCondition("Failed")
            && found.Node["status"]?["certificate"] is null)
        {
            Sign(found);
        }

        return ValueTask.CompletedTask;
    }

    private void Sign(StoredObject found)
    {
        var spec = found.Node["spec"]!;
        registry.Update(
            found.Key.Type,
            "",
            found.Key.Name,
            node =>
            {
                var status = node.Ensure("status");
                try
                {
                    var lifetime = spec["expirationSeconds"].AsLong() is { } seconds ? TimeSpan.FromSeconds(Math.Min(seconds, Longest.TotalSeconds)) : Longest;
                    var pem = authority.SignClient(Encoding.UTF8.GetString(Convert.FromBase64String(spec["request"].Text() ?? "")), lifetime);
                    status["certificate"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(pem));
                }
                catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException)
                {
                    Conditions.Renew(status, "Failed", "True", "SignerValidationFailure", $"unable to parse the certificate request: {e.Message}", time.GetUtcNow());
                }

                return node;
            },
            WriteOptions.System,
            "status");
    }
}
