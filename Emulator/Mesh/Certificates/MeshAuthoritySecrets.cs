using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Certificates;

/// <summary>Finds the mesh CA's key and certificates where istiod looks for them, and publishes the root.</summary>
internal static class MeshAuthoritySecrets
{
    /// <summary>The CA that a user brings; it has one root for all clusters.</summary>
    public const string Plugged = "cacerts";

    /// <summary>The CA that istiod makes for itself where there is no other.</summary>
    public const string SelfSigned = "istio-ca-secret";

    public const string RootConfigMap = "istio-ca-root-cert";

    private static readonly WriteOptions AsIstiod = new() { User = "system:serviceaccount:istio-system:istiod", FieldManager = "pilot-discovery" };

    /// <exception cref="InvalidOperationException">The Secret is there and cannot be used; the message says what to mend.</exception>
    public static MeshAuthority Load(Registry registry, string ns, string trustDomain, TimeProvider time, Action<string> log)
    {
        if (registry.Find(KnownTypes.Secrets, ns, Plugged) is { } plugged)
        {
            log($"info\tUse plugged-in cert at Secret {ns}/{Plugged}");
            return Read(plugged.Node, Plugged, time);
        }

        if (registry.Find(KnownTypes.Secrets, ns, SelfSigned) is not { } own)
        {
            var (certificate, key) = MeshAuthority.CreateSelfSigned(trustDomain, time);
            own = registry.Create(KnownTypes.Secrets, SecretOf(ns, certificate, key), AsIstiod);
            log($"warn\tNo Secret {ns}/{Plugged}: using a self-signed CA that no other cluster trusts");
        }

        return Read(own.Node, SelfSigned, time);
    }

    /// <summary>Puts the root into a namespace, for its workloads to trust, unless it is there already.</summary>
    public static void PublishRoot(Registry registry, string ns, string rootPem)
    {
        try
        {
            if (registry.Find(KnownTypes.ConfigMaps, ns, RootConfigMap) is not { } known)
            {
                registry.Create(KnownTypes.ConfigMaps, RootConfig(ns, rootPem), AsIstiod);
            }
            else if (known.Node["data"]?["root-cert.pem"].Text() != rootPem)
            {
                registry.Update(
                    KnownTypes.ConfigMaps, ns, RootConfigMap,
                    node =>
                    {
                        node.Ensure("data")["root-cert.pem"] = rootPem;
                        return node;
                    },
                    AsIstiod);
            }
        }
        catch (ApiException e) when (e.Code is 403 or 404 or 409)
        {
            // The namespace is going away, or another istiod was first.
        }
    }

    private static MeshAuthority Read(JsonObject secret, string name, TimeProvider time)
    {
        string Field(string key) => secret["data"]?[key].Text() is { Length: > 0 } value ? Encoding.UTF8.GetString(Convert.FromBase64String(value)) : "";
        try
        {
            var certificate = Field("ca-cert.pem");
            var root = Field("root-cert.pem");
            // A self-signed CA is its own root.
            var authority = new MeshAuthority(certificate, Field("ca-key.pem"), root.Length > 0 ? root : certificate, Field("cert-chain.pem"));
            return authority.FindFault(time) is { } fault ? throw Unusable(name, $"its certificates do not lead from ca-cert.pem to root-cert.pem ({fault}).", null) : authority;
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException)
        {
            throw Unusable(name, e.Message, e);
        }
    }

    private static InvalidOperationException Unusable(string name, string why, Exception? cause) => new(
        $"Secret istio-system/{name} is not a usable CA: {why} It needs PEM texts in ca-cert.pem, ca-key.pem, root-cert.pem and cert-chain.pem; "
        + "mend it and restart istiod (kubectl rollout restart deployment istiod -n istio-system)", cause);

    private static JsonObject SecretOf(string ns, string certificate, string key) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Secret",
        ["metadata"] = new JsonObject { ["name"] = SelfSigned, ["namespace"] = ns },
        ["type"] = "istio.io/ca-root",
        ["data"] = new JsonObject
        {
            ["ca-cert.pem"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(certificate)),
            ["ca-key.pem"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(key)),
            ["cert-chain.pem"] = "",
            ["root-cert.pem"] = "",
        },
    };

    private static JsonObject RootConfig(string ns, string rootPem) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject
        {
            ["name"] = RootConfigMap,
            ["namespace"] = ns,
            ["labels"] = new JsonObject { ["istio.io/config"] = "true" },
        },
        ["data"] = new JsonObject { ["root-cert.pem"] = rootPem },
    };
}
