using System.Text;
using System.Text.Json.Nodes;

namespace Emulator.Schema.Defaults;

/// <summary>The defaults of each built-in kind that has any.</summary>
internal static class KindDefaults
{
    private const string RbacGroup = "rbac.authorization.k8s.io";

    public static void Apply(string group, string kind, string version, JsonObject node)
    {
        switch (group, kind)
        {
            case ("", "Pod"):
                PodDefaults.Pod(node);
                break;
            case ("", "PodTemplate"):
                PodDefaults.Template(node.Map("template"));
                break;
            case ("", "Service"):
                NetworkDefaults.Service(Json.Ensure(node, "spec"));
                break;
            case ("", "Endpoints"):
                NetworkDefaults.Endpoints(node);
                break;
            case ("", "Secret"):
                Secret(node);
                break;
            case ("", "ReplicationController"):
            case ("apps", "ReplicaSet"):
                WorkloadDefaults.ReplicaSet(Json.Ensure(node, "spec"));
                break;
            case ("", "PersistentVolumeClaim"):
                Json.Ensure(node, "spec").Default("volumeMode", "Filesystem");
                Json.Ensure(node, "status").DefaultText("phase", "Pending");
                break;
            case ("", "PersistentVolume"):
                Json.Ensure(node, "spec").DefaultText("persistentVolumeReclaimPolicy", "Retain");
                Json.Ensure(node, "spec").Default("volumeMode", "Filesystem");
                Json.Ensure(node, "status").DefaultText("phase", "Pending");
                break;
            case ("apps", "Deployment"):
                WorkloadDefaults.Deployment(Json.Ensure(node, "spec"));
                break;
            case ("apps", "StatefulSet"):
                WorkloadDefaults.StatefulSet(Json.Ensure(node, "spec"));
                break;
            case ("apps", "DaemonSet"):
                WorkloadDefaults.DaemonSet(Json.Ensure(node, "spec"));
                break;
            case ("batch", "Job"):
                WorkloadDefaults.Job(Json.Ensure(node, "spec"));
                break;
            case ("batch", "CronJob"):
                WorkloadDefaults.CronJob(Json.Ensure(node, "spec"));
                break;
            case ("autoscaling", "HorizontalPodAutoscaler"):
                WorkloadDefaults.Autoscaler(Json.Ensure(node, "spec"), hasMetrics: version != "v1");
                break;
            case ("discovery.k8s.io", "EndpointSlice"):
                NetworkDefaults.EndpointSlice(node);
                break;
            case ("networking.k8s.io", "NetworkPolicy"):
                NetworkDefaults.NetworkPolicy(Json.Ensure(node, "spec"));
                break;
            case ("admissionregistration.k8s.io", "MutatingWebhookConfiguration" or "ValidatingWebhookConfiguration"):
                NetworkDefaults.Webhooks(node, kind[0] == 'M');
                break;
            case (RbacGroup, "RoleBinding" or "ClusterRoleBinding"):
                Binding(node);
                break;
            case ("storage.k8s.io", "StorageClass"):
                node.Default("reclaimPolicy", "Delete");
                node.Default("volumeBindingMode", "Immediate");
                break;
            case ("scheduling.k8s.io", "PriorityClass"):
                node.Default("preemptionPolicy", "PreemptLowerPriority");
                break;
            case ("apiextensions.k8s.io", "CustomResourceDefinition"):
                Definition(Json.Ensure(node, "spec"));
                break;
        }
    }

    private static void Secret(JsonObject secret)
    {
        secret.DefaultText("type", "Opaque");
        if (secret.Map("stringData") is { } texts)
        {
            var data = Json.Ensure(secret, "data");
            foreach (var (name, value) in texts)
            {
                data[name] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value?.GetValue<string>() ?? ""));
            }

            secret.Remove("stringData");
        }
    }

    private static void Binding(JsonObject binding)
    {
        binding.Map("roleRef")?.DefaultText("apiGroup", RbacGroup);
        foreach (var subject in binding.Items("subjects"))
        {
            if (subject.Text("kind") is "User" or "Group")
            {
                subject.DefaultText("apiGroup", RbacGroup);
            }
        }
    }

    private static void Definition(JsonObject spec)
    {
        Json.Ensure(spec, "conversion").DefaultText("strategy", "None");
        if (spec.Map("names") is { } names && names.Text("kind") is { Length: > 0 } kind)
        {
            names.DefaultText("singular", kind.ToLowerInvariant());
            names.DefaultText("listKind", kind + "List");
        }
    }
}
