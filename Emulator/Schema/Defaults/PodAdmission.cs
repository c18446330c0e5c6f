using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Schema.Defaults;

/// <summary>What the admission plug-ins of a real server add to a new pod: its service account's token, tolerations, priority, and its first status.</summary>
internal sealed class PodAdmission(ObjectStore store) : IAdmission
{
    private const string TokenPath = "/var/run/secrets/kubernetes.io/serviceaccount";

    // After field ownership, which these fields do not have, and before sidecar injection, which sees them.
    public int Order => 50;

    public void Admit(AdmissionRequest request)
    {
        if (request.Resource.Type != KnownTypes.Pods || request.Verb is not WriteVerb.Create || request.Object is not { } pod
            || pod.Map("spec") is not { } spec)
        {
            return;
        }

        spec.DefaultText("serviceAccountName", "default");
        spec["serviceAccount"] = spec.Text("serviceAccountName");
        AddToken(pod, spec);
        AddToleration(spec, "node.kubernetes.io/not-ready");
        AddToleration(spec, "node.kubernetes.io/unreachable");
        spec.Default("priority", 0L);
        spec.Default("preemptionPolicy", "PreemptLowerPriority");
        pod["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = QualityOfService(spec) };
    }

    private void AddToken(JsonObject pod, JsonObject spec)
    {
        var account = store.Find(new ResourceKey(KnownTypes.ServiceAccounts, pod.Namespace(), spec.Text("serviceAccountName")!));
        var wanted = spec["automountServiceAccountToken"] ?? account?.Node["automountServiceAccountToken"];
        if (wanted?.GetValue<bool>() == false)
        {
            return;
        }

        var name = $"kube-api-access-{NameSuffix.Next()}";
        var mounted = false;
        foreach (var container in spec.Items("containers").Concat(spec.Items("initContainers")))
        {
            if (container.Items("volumeMounts").All(mount => mount.Text("mountPath") != TokenPath))
            {
                mounted = true;
                container.Default("volumeMounts", new JsonArray());
                container["volumeMounts"]!.AsArray().Add(new JsonObject { ["name"] = name, ["readOnly"] = true, ["mountPath"] = TokenPath });
            }
        }

        if (mounted)
        {
            spec.Default("volumes", new JsonArray());
            spec["volumes"]!.AsArray().Add(TokenVolume(name));
        }
    }

    private static JsonObject TokenVolume(string name) => new()
    {
        ["name"] = name,
        ["projected"] = new JsonObject
        {
            ["sources"] = new JsonArray(
                new JsonObject { ["serviceAccountToken"] = new JsonObject { ["expirationSeconds"] = 3607L, ["path"] = "token" } },
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
            ["defaultMode"] = 420L,
        },
    };

    private static void AddToleration(JsonObject spec, string key)
    {
        var known = spec.Items("tolerations").Any(toleration =>
            (toleration.Text("key") == key || toleration.Text("key") is null or "") && toleration.Text("effect") is "NoExecute" or null or "");
        if (!known)
        {
            spec.Default("tolerations", new JsonArray());
            spec["tolerations"]!.AsArray().Add(new JsonObject
            {
                ["key"] = key,
                ["operator"] = "Exists",
                ["effect"] = "NoExecute",
                ["tolerationSeconds"] = 300L,
            });
        }
    }

    private static string QualityOfService(JsonObject spec)
    {
        var containers = spec.Items("containers").Concat(spec.Items("initContainers")).Select(container => container.Map("resources")).ToList();
        if (containers.All(resources => resources.Map("requests") is null or { Count: 0 } && resources.Map("limits") is null or { Count: 0 }))
        {
            return "BestEffort";
        }

        bool Same(JsonObject? resources, string name) =>
            resources.Map("limits")?[name] is { } limit && (resources.Map("requests")?[name] is not { } request || JsonNode.DeepEquals(limit, request));
        return containers.All(resources => Same(resources, "cpu") && Same(resources, "memory")) ? "Guaranteed" : "Burstable";
    }
}
