using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Injection;

/// <summary>Calls istiod's injection webhook for new pods, as the MutatingWebhookConfigurations in the cluster ask.</summary>
/// <remarks>Only webhooks that lead to istiod are called: an embedded cluster has no other webhook servers.</remarks>
internal sealed class SidecarInjection(ObjectStore store, MeshControlPlane plane) : IAdmission
{
    // Istio leaves these alone whatever their labels say (pkg/kube/inject, IgnoredNamespaces).
    private static readonly string[] Ignored = ["kube-system", "kube-public", "kube-node-lease", "local-path-storage"];

    public AdmissionPhase Phase => AdmissionPhase.Mutation;

    public void Admit(AdmissionRequest request)
    {
        if (request is not { Verb: WriteVerb.Create, Subresource: "", Object: { } pod } || request.Resource.Type != KnownTypes.Pods)
        {
            return;
        }

        var ns = store.Find(new ResourceKey(KnownTypes.Namespaces, "", pod.Namespace()))?.Node ?? [];
        foreach (var configuration in store.List(KnownTypes.MutatingWebhookConfigurations).Items)
        {
            foreach (var webhook in configuration.Node["webhooks"].Items())
            {
                if (InjectionWebhook.Selects(webhook, ns, pod) && InjectionWebhook.ServiceOf(webhook) is { } service)
                {
                    Call(webhook, service, configuration.Node.Label("istio.io/rev"), pod, request.Warnings);
                }
            }
        }
    }

    private void Call(JsonObject webhook, ResourceKey service, string? revision, JsonObject pod, List<string> warnings)
    {
        var name = webhook["name"].Text() ?? "";
        if (plane.Find(revision) is not { } istiod)
        {
            if (webhook["failurePolicy"].Text() == "Ignore")
            {
                return;
            }

            var why = store.Find(service) is null ? $"service \"{service.Name}\" not found" : $"no endpoints available for service \"{service.Name}\"";
            throw ApiErrors.Internal($"failed calling webhook \"{name}\": failed to call webhook: Post \"{InjectionWebhook.Url(webhook, service)}\": {why}");
        }

        if (Required(pod, warnings))
        {
            var templates = Templates(pod);
            if (templates.FirstOrDefault(template => !PodInjector.Templates.Contains(template)) is { } unknown)
            {
                throw ApiErrors.Internal(
                    $"admission webhook \"{name}\" denied the request: requested template \"{unknown}\" not found; have [{string.Join(" ", PodInjector.Templates)}]");
            }

            PodInjector.Inject(pod, istiod, templates);
        }
    }

    private static string[] Templates(JsonObject pod) =>
        pod.Annotation("inject.istio.io/templates") is { Length: > 0 } names ? names.Split(',', StringSplitOptions.TrimEntries) : ["sidecar"];

    /// <summary>Whether this pod, which a webhook selected, wants a proxy. The label wins over the annotation.</summary>
    private static bool Required(JsonObject pod, List<string> warnings)
    {
        if (pod["spec"]?["hostNetwork"].IsTrue() == true || Ignored.Contains(pod.Namespace()) || pod.Annotation(PodInjector.StatusAnnotation) is not null)
        {
            return false;
        }

        var wish = pod.Label("sidecar.istio.io/inject") ?? pod.Annotation("sidecar.istio.io/inject");
        if (wish is not (null or "" or "true" or "false"))
        {
            warnings.Add($"Invalid value for sidecar.istio.io/inject: \"{wish}\". Only 'true' and 'false' are accepted. Falling back to default injection policy.");
        }

        return wish != "false";
    }
}
