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
        if (request.Object is not { } node || request.Subresource is not ("" or "scale"))
        {
            return;
        }

        var definition = request.Resource;
        var causes = new Causes();
        MetadataRules.Check(definition, node, causes);
        var old = request.Verb is WriteVerb.Update ? request.Old : null;
        if (old is not null)
        {
            MetadataRules.CheckUpdate(node, old, causes);
        }

        if (definition.CustomResourceDefinition is null)
        {
            CheckKind(definition, node, old, request.Options.ApiVersion, causes);
        }

        causes.Throw(definition.Group, definition.Kind, node.Name());
        if (definition.CustomResourceDefinition is null && request.Options.ApiVersion is not null && !JsonNode.DeepEquals(old?["spec"], node["spec"]))
        {
            Warn(definition, node.Map("spec"), request.Warnings);
        }
    }

    private static void Warn(ResourceDefinition definition, JsonObject? spec, List<string> warnings)
    {
        switch (definition.Group, definition.Kind)
        {
            case ("", "Pod"):
                warnings.AddRange(PodWarnings.Find(spec ?? [], "spec"));
                break;
            case ("apps", _):
            case ("batch", "Job"):
                warnings.AddRange(PodWarnings.Find(spec.Map("template").Map("spec") ?? [], "spec.template.spec"));
                break;
        }
    }

    private static void CheckKind(ResourceDefinition definition, JsonObject node, JsonObject? old, string? apiVersion, Causes causes)
    {
        var spec = node.Map("spec") ?? [];
        switch (definition.Group, definition.Kind)
        {
            case ("", "Pod"):
                PodRules.Check(spec, "spec", causes);
                if (old is null)
                {
                    PodRules.CheckCreate(spec, causes);
                }
                else if (apiVersion is not null)
                {
                    PodRules.CheckUpdate(spec, old.Map("spec") ?? [], causes);
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
                IngressRules.Ingress(spec, causes);
                break;
            case ("networking.k8s.io", "NetworkPolicy"):
                IngressRules.Policy(spec, causes);
                break;
            case ("", "ResourceQuota"):
                QuotaRules.Quota(spec, causes);
                break;
            case ("", "LimitRange"):
                QuotaRules.Limits(spec, causes);
                break;
            case ("certificates.k8s.io", "CertificateSigningRequest") when old is null:
                CertificateRules.Check(spec, causes);
                break;
            case ("", "Service"):
                ServiceRules.Check(spec, causes);
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
            case ("apps", "ReplicaSet" or "StatefulSet" or "DaemonSet"):
                WorkloadRules.Selected(definition.Kind, spec, old.Map("spec"), causes);
                break;
            case ("batch", "Job"):
                WorkloadRules.Job(spec, "spec", causes);
                break;
            case ("batch", "CronJob"):
                WorkloadRules.CronJob(spec, causes);
                break;
            case ("autoscaling", "HorizontalPodAutoscaler"):
                WorkloadRules.Autoscaler(spec, causes);
                break;
            case ("scheduling.k8s.io", "PriorityClass"):
                WorkloadRules.Priority(node, old, causes);
                break;
            case ("policy", "PodDisruptionBudget"):
                WorkloadRules.Budget(spec, causes);
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
