using System.Text.Json.Nodes;

namespace Emulator.Schema.Defaults;

/// <summary>Defaults of pods and pod templates (k8s.io/kubernetes/pkg/apis/core/v1/defaults.go).</summary>
internal static class PodDefaults
{
    private const long FileMode = 420;

    public static void Template(JsonObject? template)
    {
        if (template is not null)
        {
            Spec(Json.Ensure(template, "spec"));
        }
    }

    public static void Pod(JsonObject pod)
    {
        if (pod.Map("spec") is not { } spec)
        {
            return;
        }

        Spec(spec);
        spec.Default("enableServiceLinks", true);
        foreach (var container in spec.Items("containers").Concat(spec.Items("initContainers")))
        {
            RequestLimits(container);
        }
    }

    private static void Spec(JsonObject spec)
    {
        spec.DefaultText("restartPolicy", "Always");
        spec.DefaultText("dnsPolicy", "ClusterFirst");
        spec.DefaultText("schedulerName", "default-scheduler");
        spec.Default("terminationGracePeriodSeconds", 30L);
        spec.Default("securityContext", new JsonObject());
        if (spec.Text("serviceAccountName") is { Length: > 0 } account)
        {
            spec["serviceAccount"] = account;
        }
        else if (spec.Text("serviceAccount") is { Length: > 0 } old)
        {
            spec["serviceAccountName"] = old;
        }

        var hostNetwork = spec.IsTrue("hostNetwork");
        foreach (var list in (string[])["initContainers", "containers", "ephemeralContainers"])
        {
            foreach (var container in spec.Items(list))
            {
                Container(container, hostNetwork);
            }
        }

        foreach (var volume in spec.Items("volumes"))
        {
            Volume(volume);
        }

        foreach (var constraint in spec.Items("topologySpreadConstraints"))
        {
            constraint.DefaultNumber("maxSkew", 1);
        }
    }

    private static void Container(JsonObject container, bool hostNetwork)
    {
        container.DefaultText("imagePullPolicy", PullPolicy(container.Text("image") ?? ""));
        container.DefaultText("terminationMessagePath", "/dev/termination-log");
        container.DefaultText("terminationMessagePolicy", "File");
        foreach (var port in container.Items("ports"))
        {
            port.DefaultText("protocol", "TCP");
            if (hostNetwork && port["containerPort"] is { } number)
            {
                port.Default("hostPort", number.DeepClone());
            }
        }

        foreach (var variable in container.Items("env"))
        {
            FieldReference(variable.Map("valueFrom"));
        }

        foreach (var probe in (string[])["livenessProbe", "readinessProbe", "startupProbe"])
        {
            if (container.Map(probe) is { } found)
            {
                Probe(found);
            }
        }

        foreach (var hook in (string[])["postStart", "preStop"])
        {
            HttpGet(container.Map("lifecycle").Map(hook).Map("httpGet"));
        }
    }

    /// <summary>An image without a tag, or with the tag latest, is asked for each time.</summary>
    private static string PullPolicy(string image)
    {
        if (image.Contains('@'))
        {
            return "IfNotPresent";
        }

        var name = image[(image.LastIndexOf('/') + 1)..];
        var tag = name.IndexOf(':', StringComparison.Ordinal);
        return tag < 0 || name[(tag + 1)..] == "latest" ? "Always" : "IfNotPresent";
    }

    private static void Probe(JsonObject probe)
    {
        probe.DefaultNumber("timeoutSeconds", 1);
        probe.DefaultNumber("periodSeconds", 10);
        probe.DefaultNumber("successThreshold", 1);
        probe.DefaultNumber("failureThreshold", 3);
        HttpGet(probe.Map("httpGet"));
        probe.Map("grpc")?.Default("service", "");
    }

    private static void HttpGet(JsonObject? action)
    {
        action?.DefaultText("path", "/");
        action?.DefaultText("scheme", "HTTP");
    }

    private static void FieldReference(JsonObject? owner) => owner.Map("fieldRef")?.DefaultText("apiVersion", "v1");

    private static void Volume(JsonObject volume)
    {
        if (volume.Count == 1 && volume.ContainsKey("name"))
        {
            volume["emptyDir"] = new JsonObject();
        }

        foreach (var source in (string[])["secret", "configMap", "downwardAPI", "projected"])
        {
            volume.Map(source)?.Default("defaultMode", FileMode);
        }

        foreach (var item in volume.Map("downwardAPI").Items("items"))
        {
            FieldReference(item);
        }

        foreach (var source in volume.Map("projected").Items("sources"))
        {
            source.Map("serviceAccountToken")?.Default("expirationSeconds", 3600L);
            foreach (var item in source.Map("downwardAPI").Items("items"))
            {
                FieldReference(item);
            }
        }

        volume.Map("hostPath")?.Default("type", "");
        volume.Map("ephemeral").Map("volumeClaimTemplate").Map("spec")?.Default("volumeMode", "Filesystem");
    }

    private static void RequestLimits(JsonObject container)
    {
        if (container.Map("resources") is not { } resources || resources.Map("limits") is not { Count: > 0 } limits)
        {
            return;
        }

        var requests = Json.Ensure(resources, "requests");
        foreach (var (name, limit) in limits)
        {
            requests.Default(name, limit!.DeepClone());
        }
    }
}
