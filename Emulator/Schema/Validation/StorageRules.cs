using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;

namespace Emulator.Schema.Validation;

/// <summary>The rules for PersistentVolumes, PersistentVolumeClaims and StorageClasses.</summary>
internal static class StorageRules
{
    private static readonly string[] Modes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

    private static readonly HashSet<string> NoSources =
    [
        "accessModes", "capacity", "claimRef", "mountOptions", "nodeAffinity", "persistentVolumeReclaimPolicy", "storageClassName", "volumeAttributesClassName", "volumeMode",
    ];

    public static void Volume(JsonObject spec, JsonObject? old, Causes causes)
    {
        CheckModes(spec, causes, "");
        var capacity = spec.Map("capacity") ?? [];
        if (capacity.Count == 0)
        {
            causes.Required("spec.capacity");
        }

        if (!capacity.ContainsKey("storage") || capacity.Count > 1)
        {
            causes.Add("FieldValueNotSupported", "spec.capacity", $"Unsupported value: {(capacity.Count == 0 ? "core.ResourceList(nil)" : GoLiteral.Struct("core.ResourceList", capacity))}",
                "supported values: \"storage\"");
        }

        foreach (var (name, amount) in capacity)
        {
            CheckAmount(amount, $"spec.capacity[{name}]", causes);
        }

        causes.OneOf(spec, "spec", "persistentVolumeReclaimPolicy", "Delete", "Recycle", "Retain");
        var sources = spec.Where(field => field.Value is JsonObject && !NoSources.Contains(field.Key)).Select(field => field.Key).ToList();
        if (sources.Count == 0)
        {
            causes.Required("spec", "must specify a volume type");
        }

        foreach (var extra in sources.Skip(1))
        {
            causes.Forbidden($"spec.{extra}", "may not specify more than 1 volume type");
        }

        CheckSources(spec, causes);
        if (spec.Text("storageClassName") is { Length: > 0 } type)
        {
            causes.Fit("spec.storageClassName", type, Names.Subdomain(type));
        }

        causes.OneOf(spec, "spec", "volumeMode", "Block", "Filesystem");
        if (old is not null)
        {
            if (sources.Any(source => !JsonNode.DeepEquals(spec[source], old[source])) || old.Any(field => sources.Count > 0 && field.Value is JsonObject
                && !NoSources.Contains(field.Key) && spec[field.Key] is null))
            {
                causes.Forbidden("spec.persistentvolumesource", "spec.persistentvolumesource is immutable after creation");
            }

            if (spec.Text("volumeMode") != old.Text("volumeMode"))
            {
                causes.Immutable("volumeMode", GoQuote.Text(spec.Text("volumeMode") ?? ""));
            }
        }
    }

    public static void Claim(JsonObject spec, JsonObject? old, string? phase, Causes causes)
    {
        CheckModes(spec, causes, "at least 1 access mode is required");
        SelectorRules.Check(spec.Map("selector"), "spec.selector", causes);
        if (spec.Map("resources").Map("requests")?["storage"] is { } amount)
        {
            CheckAmount(amount, "spec.resources[storage]", causes);
        }
        else
        {
            causes.Required("spec.resources[storage]");
        }

        if (spec.Text("storageClassName") is { Length: > 0 } type)
        {
            causes.Fit("spec.storageClassName", type, Names.Subdomain(type));
        }

        causes.OneOf(spec, "spec", "volumeMode", "Block", "Filesystem");
        if (old is not null)
        {
            CheckClaimUpdate(spec, old, phase, causes);
        }
    }

    public static void Class(JsonObject node, JsonObject? old, Causes causes)
    {
        causes.Need(node, "", "provisioner");
        if (node.Text("provisioner") is { Length: > 0 } provisioner)
        {
            causes.Fit("provisioner", provisioner, Names.QualifiedName(provisioner.ToLowerInvariant()));
        }

        causes.OneOf(node, "", "reclaimPolicy", "Delete", "Retain");
        causes.OneOf(node, "", "volumeBindingMode", "Immediate", "WaitForFirstConsumer");
        if (old is null)
        {
            return;
        }

        if (!JsonNode.DeepEquals(node["parameters"], old["parameters"]))
        {
            causes.Forbidden("parameters", "updates to parameters are forbidden.");
        }

        foreach (var field in (string[])["provisioner", "reclaimPolicy"])
        {
            if (node.Text(field) != old.Text(field))
            {
                causes.Forbidden(field, $"updates to {field} are forbidden.");
            }
        }

        if (node.Text("volumeBindingMode") != old.Text("volumeBindingMode"))
        {
            causes.Immutable("volumeBindingMode", GoQuote.Text(node.Text("volumeBindingMode") ?? ""));
        }
    }

    private static void CheckModes(JsonObject spec, Causes causes, string why)
    {
        var modes = (spec["accessModes"] as JsonArray ?? []).Select(mode => mode?.ToString() ?? "").ToList();
        if (modes.Count == 0)
        {
            causes.Required("spec.accessModes", why);
        }

        foreach (var mode in modes.Where(mode => !Modes.Contains(mode)))
        {
            causes.NotSupported("spec.accessModes", mode, Modes);
        }

        if (modes.Count > 1 && modes.Contains("ReadWriteOncePod"))
        {
            causes.Forbidden("spec.accessModes", "may not use ReadWriteOncePod with other access modes");
        }
    }

    private static void CheckAmount(JsonNode? amount, string field, Causes causes)
    {
        if (ResourceRules.Amount(amount) <= 0)
        {
            causes.Invalid(field, GoLiteral.Quantity(amount), "must be greater than zero");
        }
    }

    private static void CheckSources(JsonObject spec, Causes causes)
    {
        foreach (var (source, text) in ((string, string)[])[("hostPath", "path"), ("local", "path"), ("nfs", "server"), ("nfs", "path"), ("csi", "driver"), ("csi", "volumeHandle")])
        {
            causes.Need(spec.Map(source), $"spec.{source}", text);
        }

        if (spec.Map("hostPath")?.Text("path") is { Length: > 0 } place)
        {
            causes.Fit("spec.hostPath.path", place, Names.NoBacksteps(place));
            if (place == "/" && spec.Text("persistentVolumeReclaimPolicy") == "Recycle")
            {
                causes.Forbidden("spec.persistentVolumeReclaimPolicy", "may not be 'recycle' for a hostPath mount of '/'");
            }
        }

        if (spec.Map("nodeAffinity") is { } affinity)
        {
            if (affinity.Map("required") is { } required)
            {
                PlacementRules.CheckTerms(required, "spec.nodeAffinity.required.nodeSelectorTerms", causes);
            }
            else
            {
                causes.Required("spec.nodeAffinity.required", "must specify required node constraints");
            }
        }
        else if (spec["local"] is not null)
        {
            causes.Required("spec.nodeAffinity", "Local volume requires node affinity");
        }
    }

    private static void CheckClaimUpdate(JsonObject spec, JsonObject old, string? phase, Causes causes)
    {
        static JsonObject Fixed(JsonObject spec, bool isBound)
        {
            var copy = (JsonObject)spec.DeepClone();
            copy.Remove("volumeName");
            copy.Remove("volumeAttributesClassName");
            if (isBound)
            {
                copy.Map("resources").Map("requests")?.Remove("storage");
            }

            return copy;
        }

        var isBound = phase == "Bound";
        var mayName = string.IsNullOrEmpty(old.Text("volumeName")) || old.Text("volumeName") == spec.Text("volumeName");
        if (!JsonNode.DeepEquals(Fixed(spec, isBound), Fixed(old, isBound)) || !mayName)
        {
            causes.Forbidden("spec", "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n");
        }

        var (now, before) = (spec.Map("resources").Map("requests")?["storage"], old.Map("resources").Map("requests")?["storage"]);
        if (ResourceRules.Amount(now) < ResourceRules.Amount(before))
        {
            causes.Forbidden("spec.resources.requests.storage", "field can not be less than status.capacity");
        }
    }
}
