using GlobalIngress.Frontend;
using GlobalIngress.Fleet;
using GlobalIngress.Resources;

namespace GlobalIngress.Controller;

/// <summary>How a MultiClusterIngress meets its clients: the certificates and settings that it names.</summary>
internal sealed record FrontendPlan(FrontendSettings Settings, IReadOnlyList<ServerCertificate> Certificates)
{
    public static FrontendPlan None { get; } = new(FrontendSettings.Default, []);

    /// <summary>Looks up what the ingress names, and says what is wrong with it.</summary>
    public static FrontendPlan Read(MultiClusterIngress ingress, ConfigCluster config, CertificateCache loaded, List<string> problems, List<string> warnings)
    {
        var certificates = new List<ServerCertificate>();
        foreach (var name in ingress.Secrets)
        {
            var key = $"{ingress.Namespace}/{name}";
            if (!config.Secrets.Items.TryGetValue(key, out var item))
            {
                problems.Add($"MCI {ingress.Key}: Secret {key} of type kubernetes.io/tls not found: kubectl -n {ingress.Namespace} create secret tls {name} --cert=FILE --key=FILE");
            }
            else if (TlsSecret.Read(item) is not { } secret)
            {
                problems.Add($"MCI {ingress.Key}: Secret {key} lacks tls.crt or tls.key");
            }
            else if (loaded.Load(secret, out var problem) is not { } certificate)
            {
                problems.Add($"MCI {ingress.Key}: Secret {key} holds no certificate with its key: {problem}");
            }
            else
            {
                certificates.Add(certificate);
            }
        }

        var settings = FrontendSettings.Default;
        if (ingress.FrontendConfig is { } frontend)
        {
            if (config.FrontendConfigs.Items.TryGetValue($"{ingress.Namespace}/{frontend}", out var item))
            {
                settings = FrontendSettings.Read(item);
                warnings.AddRange(FrontendSettings.Warnings(item));
            }
            else if (config.FrontendConfigs.IsSynced)
            {
                problems.Add($"FrontendConfig {ingress.Namespace}/{frontend} not found: kubectl -n {ingress.Namespace} get frontendconfigs");
            }
        }

        if (settings.RedirectStatus is not null && certificates.Count == 0 && problems.Count == 0)
        {
            warnings.Add($"FrontendConfig {ingress.FrontendConfig} sends clients to HTTPS, but MCI {ingress.Key} has no certificate: set spec.template.spec.tls");
        }

        return new FrontendPlan(settings, certificates);
    }
}
