using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>Gives pods the priority of their class and refuses classes that there are not (k8s.io/kubernetes, plugin/pkg/admission/priority and runtimeclass).</summary>
internal sealed class PodPriority(ObjectStore store) : IAdmission
{
    /// <summary>After the service account, before tolerations and the rest of a pod's defaults.</summary>
    public AdmissionPhase Phase => AdmissionPhase.PodPriority;

    public void Admit(AdmissionRequest request)
    {
        if (request.Verb is WriteVerb.Delete || request.Subresource.Length > 0 || request.Object is not { } node)
        {
            return;
        }

        if (request.Resource.Type == KnownTypes.PriorityClasses)
        {
            CheckDefault(node);
        }
        else if (request.Resource.Type == KnownTypes.Pods && request.Verb is WriteVerb.Create && node["spec"] is JsonObject spec)
        {
            Prioritize(node, spec);
            if (spec["runtimeClassName"].Text() is { Length: > 0 } runtime && store.Find(new ResourceKey(KnownTypes.RuntimeClasses, "", runtime)) is null)
            {
                throw ApiErrors.Forbidden(KnownTypes.Pods, node.Name(), $"pod rejected: RuntimeClass \"{runtime}\" not found");
            }
        }
    }

    private void CheckDefault(JsonObject node)
    {
        if (node["globalDefault"].IsTrue() && Default() is { } other && other.Key.Name != node.Name())
        {
            throw ApiErrors.Forbidden(
                KnownTypes.PriorityClasses, node.Name(), $"PriorityClass {other.Key.Name} is already marked as default. Only one default can exist");
        }
    }

    private void Prioritize(JsonObject pod, JsonObject spec)
    {
        var name = spec["priorityClassName"].Text();
        var found = string.IsNullOrEmpty(name) ? Default() : store.Find(new ResourceKey(KnownTypes.PriorityClasses, "", name));
        if (found is null && !string.IsNullOrEmpty(name))
        {
            throw ApiErrors.Forbidden(KnownTypes.Pods, pod.Name(), $"no PriorityClass with name {name} was found");
        }

        var priority = found?.Node["value"].AsLong() ?? 0;
        var preemption = found?.Node["preemptionPolicy"].Text() ?? "PreemptLowerPriority";
        if (spec["priority"].AsLong() is { } given && given != priority)
        {
            throw ApiErrors.Forbidden(
                KnownTypes.Pods, pod.Name(),
                $"the integer value of priority ({given}) must not be provided in pod spec; priority admission controller computed {priority} from the given PriorityClass name");
        }

        if (spec["preemptionPolicy"].Text() is { } policy && policy != preemption)
        {
            throw ApiErrors.Forbidden(
                KnownTypes.Pods, pod.Name(),
                $"the string value of PreemptionPolicy ({policy}) must not be provided in pod spec; priority admission controller computed {preemption} "
                + "from the given PriorityClass name");
        }

        if (found is not null)
        {
            spec["priorityClassName"] = found.Key.Name;
        }

        spec["priority"] = priority;
        spec["preemptionPolicy"] = preemption;
    }

    /// <summary>The class of pods that name none: of several, the least.</summary>
    private StoredObject? Default() => store.List(KnownTypes.PriorityClasses).Items
        .Where(item => item.Node["globalDefault"].IsTrue()).MinBy(item => item.Node["value"].AsLong() ?? 0);
}
