using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>What can be changed of a pod that exists.</summary>
internal static class PodUpdateRules
{
    private const string Refusal =
        "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
        + "`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    private static readonly string[] OfServing = ["ports", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "resources", "resizePolicy", "restartPolicy"];

    public static void Check(JsonObject spec, JsonObject old, Causes causes)
    {
        foreach (var list in (string[])["containers", "initContainers"])
        {
            if (spec.Items(list).Count() != old.Items(list).Count())
            {
                causes.Forbidden($"spec.{list}", "pod updates may not add or remove containers");
                return;
            }

            // The real server looks at the images twice: once with the whole spec, once with what may be changed.
            var at = 0;
            foreach (var image in spec.Items(list).Select(container => container.Text("image") ?? ""))
            {
                if (image.Length == 0)
                {
                    causes.Required($"spec.{list}[{at}].image");
                }
                else if (image != image.Trim())
                {
                    causes.InvalidText($"spec.{list}[{at}].image", image, "must not have leading or trailing whitespace");
                }

                at++;
            }
        }

        CheckDeadline(spec["activeDeadlineSeconds"].AsLong(), old["activeDeadlineSeconds"].AsLong(), causes);
        PlacementRules.CheckAdded(spec, old, causes);
        CheckGates(spec, old, causes);
        if (!JsonNode.DeepEquals(Fixed(spec), Fixed(old)) && !IsBinding(spec, old))
        {
            causes.Forbidden("spec", Refusal);
        }
    }

    /// <summary>Ephemeral containers can be added, and never changed or taken away.</summary>
    public static void CheckEphemeral(JsonObject spec, JsonObject old, Causes causes)
    {
        const string Field = "spec.ephemeralContainers";
        var others = spec.Items("containers").Concat(spec.Items("initContainers")).Select(container => container.Text("name") ?? "").ToHashSet();
        var volumes = spec.Items("volumes").ToDictionary(volume => volume.Text("name") ?? "");
        var names = others.ToHashSet();
        var at = 0;
        foreach (var container in spec.Items("ephemeralContainers"))
        {
            var path = $"{Field}[{at++}]";
            ContainerRules.Check(container, path, volumes, causes);
            var name = container.Text("name") ?? "";
            if (!names.Add(name))
            {
                causes.Duplicate($"{path}.name", GoQuote.Text(name));
            }

            if (container.Text("targetContainerName") is { Length: > 0 } target && !others.Contains(target))
            {
                causes.NotFound($"{path}.targetContainerName", target);
            }

            foreach (var part in OfServing.Where(part => container[part] is { } value && value is not (JsonObject { Count: 0 } or JsonArray { Count: 0 })))
            {
                causes.Forbidden($"{path}.{part}", "cannot be set for an Ephemeral Container");
            }

            var mount = 0;
            foreach (var mounted in container.Items("volumeMounts"))
            {
                foreach (var part in (string[])["subPath", "subPathExpr"])
                {
                    if (mounted.Text(part) is { Length: > 0 })
                    {
                        causes.Forbidden($"{path}.volumeMounts[{mount}].{part}", "cannot be set for an Ephemeral Container");
                    }
                }

                mount++;
            }
        }

        var now = spec.Items("ephemeralContainers").GroupBy(container => container.Text("name") ?? "").ToDictionary(group => group.Key, group => group.Last());
        foreach (var container in old.Items("ephemeralContainers"))
        {
            var name = container.Text("name") ?? "";
            if (!now.TryGetValue(name, out var next))
            {
                causes.Forbidden(Field, $"existing ephemeral containers {GoQuote.Text(name)} may not be removed\n");
            }
            else if (!JsonNode.DeepEquals(container, next))
            {
                causes.Forbidden(Field, $"existing ephemeral containers {GoQuote.Text(name)} may not be changed\n");
            }
        }
    }

    private static void CheckDeadline(long? wanted, long? before, Causes causes)
    {
        if (before is null)
        {
            return;
        }

        if (wanted is null)
        {
            causes.Invalid("spec.activeDeadlineSeconds", "\"null\"", "must not update from a positive integer to nil value");
        }
        else if (wanted > before)
        {
            causes.InvalidNumber("spec.activeDeadlineSeconds", wanted.Value, "must be less than or equal to previous value");
        }
    }

    private static void CheckGates(JsonObject spec, JsonObject old, Causes causes)
    {
        var before = old.Items("schedulingGates").Select(gate => gate.Text("name")).ToHashSet();
        var at = 0;
        foreach (var gate in spec.Items("schedulingGates").Select(gate => gate.Text("name")))
        {
            if (!before.Contains(gate))
            {
                causes.Forbidden($"spec.schedulingGates[{at}].name", $"only deletion is allowed, but found new scheduling gate '{gate}'");
            }

            at++;
        }
    }

    /// <summary>Binding a pod to a node is what a scheduler does; nobody else gives a pod its node.</summary>
    private static bool IsBinding(JsonObject spec, JsonObject old)
    {
        if (!string.IsNullOrEmpty(old.Text("nodeName")) || spec.Text("nodeName") is not { Length: > 0 })
        {
            return false;
        }

        var bound = Fixed(spec);
        bound.Remove("nodeName");
        return JsonNode.DeepEquals(bound, Fixed(old));
    }

    private static JsonObject Fixed(JsonObject spec)
    {
        var copy = (JsonObject)spec.DeepClone();
        foreach (var container in copy.Items("containers").Concat(copy.Items("initContainers")))
        {
            container.Remove("image");
        }

        foreach (var field in (string[])["activeDeadlineSeconds", "tolerations", "schedulingGates", "ephemeralContainers"])
        {
            copy.Remove(field);
        }

        return copy;
    }
}
