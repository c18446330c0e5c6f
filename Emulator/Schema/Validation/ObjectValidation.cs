using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>Refuses built-in objects that break a rule of their kind, with every fault at once.</summary>
internal sealed class ObjectValidation : IAdmission
{
    public AdmissionPhase Phase => AdmissionPhase.Validation;

    public void Admit(AdmissionRequest request)
    {
        if (request.Object is not { } node || request.Subresource is not ("" or "scale" or "status" or Registry.EphemeralContainers or Registry.Approval))
        {
            return;
        }

        var definition = request.Resource;
        var causes = new Causes();
        var old = request.Verb is WriteVerb.Update ? request.Old : null;
        MetadataRules.Check(definition, node, old, causes);
        if (definition.CustomResourceDefinition is null)
        {
            switch (request.Subresource)
            {
                case "status" or Registry.Approval when request.Resource.Type == KnownTypes.CertificateSigningRequests:
                    CertificateRules.CheckUpdate(node.Map("status") ?? [], old.Map("status") ?? [], request.Subresource, causes);
                    break;
                case "status" when request.Options.ApiVersion is not null:
                    StatusRules.Check(definition, node.Map("status") ?? [], causes);
                    break;
                case "status":
                    break;
                case Registry.EphemeralContainers:
                    PodUpdateRules.CheckEphemeral(node.Map("spec") ?? [], old.Map("spec") ?? [], causes);
                    break;
                default:
                    CheckKind(definition, node, old, request.Options.ApiVersion, causes);
                    break;
            }
        }

        causes.Throw(definition.Group, definition.Kind, node.Name());
        if (definition.CustomResourceDefinition is null && request.Options.ApiVersion is not null && !JsonNode.DeepEquals(old?["spec"], node["spec"]))
        {
            request.Warnings.AddRange(ObjectWarnings.Find(definition, node, isNew: old is null));
        }
    }

    private static void CheckKind(ResourceDefinition definition, JsonObject node, JsonObject? old, string? apiVersion, Causes causes)
    {
        var spec = node.Map("spec") ?? [];
        switch (definition.Group, definition.Kind)
        {
            case ("", "Pod"):
                PodRules.Check(spec, "spec", isPod: true, causes);
                if (old is null)
                {
                    PodRules.CheckCreate(spec, causes);
                }
                else if (apiVersion is not null)
                {
                    PodUpdateRules.Check(spec, old.Map("spec") ?? [], causes);
                }

                break;
            case ("", "Endpoints"):
                EndpointRules.Endpoints(node, causes);
                break;
            case ("discovery.k8s.io", "EndpointSlice"):
                EndpointRules.Slice(node, old, causes);
                break;
            case ("coordination.k8s.io", "Lease"):
                EndpointRules.Lease(spec, causes);
                break;
            case ("networking.k8s.io", "Ingress"):
                IngressRules.Check(spec, causes);
                break;
            case ("networking.k8s.io", "IngressClass"):
                IngressRules.Class(spec, old.Map("spec"), causes);
                break;
            case ("networking.k8s.io", "NetworkPolicy"):
                NetworkPolicyRules.Check(spec, causes);
                break;
            case ("", "ResourceQuota"):
                QuotaRules.Quota(spec, old.Map("spec"), causes);
                break;
            case ("", "LimitRange"):
                QuotaRules.Limits(spec, causes);
                break;
            case ("certificates.k8s.io", "CertificateSigningRequest") when old is null:
                CertificateRules.Check(spec, causes);
                break;
            case ("", "Service"):
                ServiceRules.Check(spec, causes);
                if (old.Map("spec") is { } before && apiVersion is not null)
                {
                    ServiceRules.CheckUpdate(spec, before, causes);
                }

                break;
            case ("", "Event"):
            case ("events.k8s.io", "Event"):
                EventRules.Check(node, apiVersion ?? "v1", causes);
                break;
            case ("", "ConfigMap"):
                ConfigRules.ConfigMap(node, old, causes);
                break;
            case ("", "Secret"):
                ConfigRules.Secret(node, old, causes);
                break;
            case ("apps", "Deployment"):
                WorkloadRules.Deployment(spec, old.Map("spec"), causes);
                break;
            case ("apps", "ReplicaSet"):
                WorkloadRules.Selected(definition.Kind, spec, old.Map("spec"), causes);
                break;
            case ("apps", "DaemonSet"):
                WorkloadRules.DaemonSet(spec, old.Map("spec"), causes);
                break;
            case ("apps", "StatefulSet"):
                WorkloadRules.StatefulSet(spec, old.Map("spec"), causes);
                break;
            case ("", "ReplicationController"):
                WorkloadRules.ReplicationController(spec, causes);
                break;
            case ("", "PodTemplate"):
                WorkloadRules.PodTemplate(node.Map("template").Map("spec") ?? [], "template.spec", causes);
                break;
            case ("batch", "Job"):
                JobRules.Job(spec, old.Map("spec"), old.Map("status")?.Text("startTime") is not null, causes);
                break;
            case ("batch", "CronJob"):
                JobRules.CronJob(old is null ? node.Name() : "", spec, causes);
                break;
            case ("autoscaling", "HorizontalPodAutoscaler"):
                AutoscalerRules.Check(spec, causes);
                break;
            case ("scheduling.k8s.io", "PriorityClass"):
                PolicyRules.Priority(node, old, causes);
                break;
            case ("policy", "PodDisruptionBudget"):
                PolicyRules.Budget(spec, causes);
                break;
            case ("", "PersistentVolume"):
                StorageRules.Volume(spec, old.Map("spec"), causes);
                break;
            case ("", "PersistentVolumeClaim"):
                StorageRules.Claim(spec, old.Map("spec"), node.Map("status")?.Text("phase"), causes);
                break;
            case ("storage.k8s.io", "StorageClass"):
                StorageRules.Class(node, old, causes);
                break;
            case ("", "Node"):
                NodeRules.Check(spec, old.Map("spec"), causes);
                break;
            case ("rbac.authorization.k8s.io", "Role" or "ClusterRole"):
                AccessRules.Role(node, definition.Namespaced, causes);
                break;
            case ("rbac.authorization.k8s.io", _):
                AccessRules.Binding(node, old, causes);
                break;
            case ("apiextensions.k8s.io", "CustomResourceDefinition"):
                DefinitionRules.Check(node, old, causes);
                break;
        }
    }
}
