using System.Text;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Security;

/// <summary>Fills Secrets of type kubernetes.io/service-account-token, and deletes them with their service account.</summary>
internal sealed class TokenSecretController(Registry registry, ClusterAuthority authority, ServiceAccountTokens tokens, ILogger<TokenSecretController> logger)
    : BackgroundService
{
    private const string SecretType = "kubernetes.io/service-account-token";
    private const string AccountName = "kubernetes.io/service-account.name";
    private const string AccountUid = "kubernetes.io/service-account.uid";

    private static readonly WriteOptions Writer = new() { User = "system:kube-controller-manager", FieldManager = "kube-controller-manager", ApiVersion = "v1" };

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        FollowAsync(KnownTypes.Secrets, Reconcile, stoppingToken),
        FollowAsync(KnownTypes.ServiceAccounts, ReconcileAccount, stoppingToken));

    private async Task FollowAsync(ResourceType type, Action<ResourceKey> reconcile, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var (list, watch) = registry.Store.ListAndWatch(type);
            using (watch)
            {
                foreach (var item in list.Items)
                {
                    Try(item.Key, reconcile);
                }

                await foreach (var change in watch.Reader.ReadAllAsync(cancellation))
                {
                    Try(change.Object.Key, reconcile);
                }
            }
        }
    }

    private void Try(ResourceKey key, Action<ResourceKey> reconcile)
    {
        try
        {
            reconcile(key);
        }
        catch (Exception fault) when (fault is ApiException or InvalidOperationException)
        {
            logger.LogWarning("Token of {Key}: {Reason}", key, fault.Message);
        }
    }

    private void ReconcileAccount(ResourceKey account)
    {
        foreach (var secret in registry.Store.List(KnownTypes.Secrets, account.Namespace).Items)
        {
            if (IsToken(secret.Node) && secret.Node.Annotation(AccountName) == account.Name)
            {
                Reconcile(secret.Key);
            }
        }
    }

    private void Reconcile(ResourceKey key)
    {
        if (registry.Find(key.Type, key.Namespace, key.Name) is not { } secret || !IsToken(secret.Node)
            || secret.Node.Annotation(AccountName) is not { Length: > 0 } name)
        {
            return;
        }

        var account = registry.Find(KnownTypes.ServiceAccounts, key.Namespace, name)?.Node;
        var wantedUid = secret.Node.Annotation(AccountUid);
        if (account is null || wantedUid is not null && wantedUid != account.Uid())
        {
            // A secret that was filled outlives its account by nothing; one that waits for its account may wait.
            if (wantedUid is not null)
            {
                registry.Delete(key.Type, key.Namespace, key.Name, DeletionOptions.Default, Writer);
            }

            return;
        }

        if (secret.Node["data"]?["token"] is null)
        {
            Fill(key, name, account.Uid());
        }
    }

    private void Fill(ResourceKey key, string account, string uid) => registry.Update(
        key.Type,
        key.Namespace,
        key.Name,
        secret =>
        {
            secret["metadata"]!["annotations"]![AccountUid] = uid;
            var data = secret["data"] as JsonObject ?? (JsonObject)(secret["data"] = new JsonObject());
            data["ca.crt"] = Encode(authority.CertificatePem);
            data["namespace"] = Encode(key.Namespace);
            data["token"] = Encode(tokens.IssueForSecret(key.Namespace, account, uid, key.Name));
            return secret;
        },
        Writer);

    private static bool IsToken(JsonObject secret) => secret["type"]?.GetValue<string>() == SecretType;

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
