using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>What the built-in admission plug-ins put into new pods: service account, its token, tolerations, first status.</summary>
internal sealed class PodDefaults(ObjectStore store) : IAdmission
{
    private const string TokenPath = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>After defaulting, before sidecar injection.</summary>
    public AdmissionPhase Phase => AdmissionPhase.PodDefaults;

    public void Admit(AdmissionRequest request)
    {
        if (request.Resource.Type != KnownTypes.Pods || request.Verb is not WriteVerb.Create || request.Subresource.Length > 0
            || request.Object is not { } pod || pod["spec"] is not JsonObject spec)
        {
            return;
        }

        AddServiceAccount(pod, spec);
        Tolerate(spec, "node.kubernetes.io/not-ready");
        Tolerate(spec, "node.kubernetes.io/unreachable");
        pod["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = QualityOfService.Of(pod) };
    }

    private void AddServiceAccount(JsonObject pod, JsonObject spec)
    {
        var name = spec["serviceAccountName"].Text() is { Length: > 0 } given ? given : "default";
        var account = store.Find(new ResourceKey(KnownTypes.ServiceAccounts, pod.Namespace(), name));

        // The default account comes a moment after its namespace.
        if (account is null && name != "default")
        {
            throw ApiErrors.Forbidden(
                KnownTypes.Pods, pod.Name(), $"error looking up service account {pod.Namespace()}/{name}: serviceaccount \"{name}\" not found");
        }

        spec["serviceAccountName"] = name;
        spec["serviceAccount"] = name;
        var mounts = spec["automountServiceAccountToken"] ?? account?.Node["automountServiceAccountToken"];
        if (mounts is null || mounts.IsTrue())
        {
            MountToken(spec);
        }
    }

    private static void MountToken(JsonObject spec)
    {
        var volume = "kube-api-access-" + NameSuffix.Next();
        var mounted = false;
        foreach (var container in spec["containers"].Items().Concat(spec["initContainers"].Items()))
        {
            if (container["volumeMounts"].Items().Any(mount => mount["mountPath"].Text() == TokenPath))
            {
                continue;
            }

            var mounts = container["volumeMounts"] as JsonArray ?? (JsonArray)(container["volumeMounts"] = new JsonArray());
            mounts.Add(new JsonObject { ["name"] = volume, ["readOnly"] = true, ["mountPath"] = TokenPath });
            mounted = true;
        }

        if (mounted)
        {
            var volumes = spec["volumes"] as JsonArray ?? (JsonArray)(spec["volumes"] = new JsonArray());
            volumes.Add(TokenVolume(volume));
        }
    }

    private static JsonObject TokenVolume(string name) => new()
    {
        ["name"] = name,
        ["projected"] = new JsonObject
        {
            ["sources"] = new JsonArray(
                new JsonObject { ["serviceAccountToken"] = new JsonObject { ["expirationSeconds"] = 3607, ["path"] = "token" } },
                new JsonObject
                {
                    ["configMap"] = new JsonObject
                    {
                        ["name"] = "kube-root-ca.crt",
                        ["items"] = new JsonArray(new JsonObject { ["key"] = "ca.crt", ["path"] = "ca.crt" }),
                    },
                },
                new JsonObject
                {
                    ["downwardAPI"] = new JsonObject
                    {
                        ["items"] = new JsonArray(new JsonObject
                        {
                            ["path"] = "namespace",
                            ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = "metadata.namespace" },
                        }),
                    },
                }),
            ["defaultMode"] = 420,
        },
    };

    private static void Tolerate(JsonObject spec, string key)
    {
        var tolerations = spec["tolerations"] as JsonArray ?? (JsonArray)(spec["tolerations"] = new JsonArray());
        var known = tolerations.Items().Any(item =>
            (item["key"].Text() == key || (item["key"].Text() is null or "" && item["operator"].Text() == "Exists"))
            && item["effect"].Text() is null or "" or "NoExecute");
        if (!known)
        {
            tolerations.Add(new JsonObject { ["key"] = key, ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = 300 });
        }
    }
}
