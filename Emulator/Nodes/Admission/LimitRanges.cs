using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>Gives containers the requests and limits that a LimitRange has for those without (k8s.io/kubernetes, plugin/pkg/admission/limitranger).</summary>
internal sealed class LimitRanges(ObjectStore store) : IAdmission
{
    private const string Annotation = "kubernetes.io/limit-ranger";

    /// <summary>Before the pod's class of service is worked out.</summary>
    public AdmissionPhase Phase => AdmissionPhase.LimitRangeDefaults;

    public void Admit(AdmissionRequest request)
    {
        if (request.Resource.Type != KnownTypes.Pods || request.Verb is not WriteVerb.Create || request.Object is not { } pod)
        {
            return;
        }

        foreach (var range in store.List(KnownTypes.LimitRanges, pod.Namespace()).Items)
        {
            var (requests, limits) = (Defaults(range, "defaultRequest"), Defaults(range, "default"));
            var notes = new List<string>();
            foreach (var container in pod["spec"]?["containers"].Items() ?? [])
            {
                Fill(container, "container", requests, limits, notes);
            }

            foreach (var container in pod["spec"]?["initContainers"].Items() ?? [])
            {
                Fill(container, "init container", requests, limits, notes);
            }

            if (notes.Count > 0)
            {
                pod["metadata"]!.AsObject().Ensure("annotations")[Annotation] = $"LimitRanger plugin set: {string.Join("; ", notes)}";
            }
        }
    }

    private static JsonObject Defaults(StoredObject range, string field)
    {
        var all = new JsonObject();
        foreach (var limit in (range.Node["spec"]?["limits"].Items() ?? []).Where(limit => limit["type"].Text() == "Container"))
        {
            foreach (var (name, amount) in limit[field] as JsonObject ?? [])
            {
                all[name] = amount?.DeepClone();
            }
        }

        return all;
    }

    private static void Fill(JsonObject container, string what, JsonObject requests, JsonObject limits, List<string> notes)
    {
        foreach (var (list, defaults, word) in (ReadOnlySpan<(string, JsonObject, string)>)[("requests", requests, "request"), ("limits", limits, "limit")])
        {
            var missing = defaults.Where(entry => container["resources"]?[list]?[entry.Key] is null).OrderBy(entry => entry.Key, StringComparer.Ordinal).ToList();
            foreach (var (name, amount) in missing)
            {
                container.Ensure("resources").Ensure(list)[name] = amount?.DeepClone();
            }

            if (missing.Count > 0)
            {
                notes.Add($"{string.Join(", ", missing.Select(entry => entry.Key))} {word} for {what} {container["name"].Text()}");
            }
        }
    }
}
