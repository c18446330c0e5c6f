using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Emulator.Api.Resources;
using Emulator.Storage;
using YamlDotNet.Core;

namespace Emulator.Mesh.Remote;

/// <summary>How to reach another cluster's API: the parts of a remote secret's kubeconfig that count.</summary>
internal sealed record RemoteKubeconfig
{
    public required Uri Server { get; init; }

    /// <summary>The only authorities trusted for the server's certificate.</summary>
    public required X509Certificate2Collection Authorities { get; init; }

    public string? Token { get; init; }

    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>The name expected in the server's certificate, when it is not the URL's.</summary>
    public string? TlsServerName { get; init; }

    /// <exception cref="FormatException">The text is no kubeconfig that istiod takes; the message says what is wrong.</exception>
    public static RemoteKubeconfig Parse(string text)
    {
        JsonObject config;
        try
        {
            config = YamlReader.Read(text) as JsonObject ?? throw new FormatException("it is empty or not a mapping");
        }
        catch (YamlException e)
        {
            throw new FormatException($"it is not YAML: {e.Message}", e);
        }

        var context = Named(config, "contexts", config["current-context"].Text(), "context");
        var cluster = Named(config, "clusters", context["cluster"].Text(), "cluster");
        var user = Named(config, "users", context["user"].Text(), "user");
        Refuse(cluster, user);
        if (!Uri.TryCreate(cluster["server"].Text(), UriKind.Absolute, out var server) || server.Scheme != "https")
        {
            throw new FormatException($"server is \"{cluster["server"].Text()}\", expected an https:// URL");
        }

        return new RemoteKubeconfig
        {
            Server = server,
            Authorities = Authority(cluster),
            Token = user["token"].Text(),
            ClientCertificate = ClientCertificateOf(user),
            TlsServerName = cluster["tls-server-name"].Text(),
        };
    }

    /// <summary>Keeps the token out of logs.</summary>
    public override string ToString() => Server.ToString();

    private static JsonObject Named(JsonObject config, string list, string? name, string field) =>
        config[list].Items().FirstOrDefault(item => item["name"].Text() == name)?[field] as JsonObject
        ?? throw new FormatException($"{list} has no entry named \"{name}\" with a {field}");

    // What Istio refuses, word for word: a Secret must not make istiod read its own files or run programs (pkg/kube, sanitizeKubeConfig).
    private static void Refuse(JsonObject cluster, JsonObject user)
    {
        foreach (var (field, name) in (ReadOnlySpan<(string, string)>)
            [("client-key", "clientKey"), ("client-certificate", "clientCertificate"), ("tokenFile", "tokenFile"), ("exec", "exec"), ("auth-provider", "auth provider")])
        {
            if (user[field] is not null)
            {
                throw new FormatException($"{name} is not allowed");
            }
        }

        if (cluster["insecure-skip-tls-verify"].IsTrue())
        {
            throw new FormatException("insecure-skip-tls-verify is not allowed: give certificate-authority-data");
        }
    }

    private static X509Certificate2Collection Authority(JsonObject cluster)
    {
        var data = cluster["certificate-authority-data"].Text() ?? throw new FormatException("certificate-authority-data is missing");
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(data)));
            return authorities.Count > 0 ? authorities : throw new FormatException("certificate-authority-data holds no certificate");
        }
        catch (Exception e) when (e is CryptographicException || (e is FormatException && e.Message.StartsWith("The input", StringComparison.Ordinal)))
        {
            throw new FormatException($"certificate-authority-data is not a certificate in base64 PEM: {e.Message}", e);
        }
    }

    private static X509Certificate2? ClientCertificateOf(JsonObject user)
    {
        if (user["client-certificate-data"].Text() is not { } certificate || user["client-key-data"].Text() is not { } key)
        {
            return null;
        }

        try
        {
            return X509Certificate2.CreateFromPem(
                Encoding.UTF8.GetString(Convert.FromBase64String(certificate)), Encoding.UTF8.GetString(Convert.FromBase64String(key)));
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            throw new FormatException($"client-certificate-data and client-key-data are not a certificate and its key in base64 PEM: {e.Message}", e);
        }
    }
}
