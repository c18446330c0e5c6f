using System.Text;
using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>The rules for metadata of all objects.</summary>
internal static class MetadataRules
{
    private const int MaxAnnotationBytes = 256 * 1024;

    public static void Check(ResourceDefinition definition, JsonObject node, Causes causes)
    {
        if (node.Map("metadata") is not { } metadata)
        {
            return;
        }

        var check = NameRule(definition);
        if (metadata.Text("generateName") is { Length: > 0 } prefix && check(prefix.TrimEnd('-', '.') + "a") is { } wrongPrefix)
        {
            causes.InvalidText("metadata.generateName", prefix, wrongPrefix);
        }

        var name = metadata.Text("name") ?? "";
        if (name.Length == 0)
        {
            causes.Required("metadata.name", "name or generateName is required");
        }
        else if (check(name) is { } wrong)
        {
            causes.InvalidText("metadata.name", name, wrong);
        }

        CheckLabels(metadata.Map("labels"), "metadata.labels", causes);
        CheckAnnotations(metadata.Map("annotations"), causes);
        var at = 0;
        foreach (var finalizer in node.Finalizers())
        {
            var field = $"metadata.finalizers[{at++}]";
            if (Names.QualifiedName(finalizer) is { } unfit)
            {
                causes.InvalidText("metadata.finalizers", finalizer, unfit);
            }
            else if (definition.CustomResourceDefinition is null && !finalizer.Contains('/') && finalizer is not ("orphan" or "foregroundDeletion" or "kubernetes"))
            {
                causes.InvalidText(field, finalizer, "name is neither a standard finalizer name nor is it fully qualified");
            }
        }

        CheckOwners(metadata, causes);
    }

    /// <summary>Nobody may hold up a deletion that has begun.</summary>
    public static void CheckUpdate(JsonObject node, JsonObject old, Causes causes)
    {
        if (!old.IsDeleting())
        {
            return;
        }

        var added = node.Finalizers().Except(old.Finalizers()).ToList();
        if (added.Count > 0)
        {
            var list = string.Join(", ", added.Select(GoQuote.Text));
            var why = $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{list}}}";

            // The real server checks this for all objects, and once more for their kind.
            causes.Forbidden("metadata.finalizers", why);
            causes.Forbidden("metadata.finalizers", why);
        }
    }

    public static void CheckLabels(JsonObject? labels, string field, Causes causes)
    {
        foreach (var (key, value) in labels ?? [])
        {
            if (Names.QualifiedName(key) is { } wrongKey)
            {
                causes.InvalidText(field, key, wrongKey);
            }

            if (value is JsonValue text && text.TryGetValue<string>(out var plain) && Names.LabelValue(plain) is { } wrongValue)
            {
                causes.InvalidText(field, plain, wrongValue);
            }
        }
    }

    private static void CheckAnnotations(JsonObject? annotations, Causes causes)
    {
        long size = 0;
        foreach (var (key, value) in annotations ?? [])
        {
            if (Names.QualifiedName(key.ToLowerInvariant()) is { } wrong)
            {
                causes.InvalidText("metadata.annotations", key, wrong);
            }

            size += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value?.ToString() ?? "");
        }

        if (size > MaxAnnotationBytes)
        {
            causes.TooLong("metadata.annotations", MaxAnnotationBytes);
        }
    }

    private static void CheckOwners(JsonObject metadata, Causes causes)
    {
        var controllers = 0;
        var at = 0;
        foreach (var owner in metadata.Items("ownerReferences"))
        {
            var field = $"metadata.ownerReferences[{at++}]";
            foreach (var (part, why) in ((string, string)[])[("apiVersion", "version must not be empty"), ("kind", "must not be empty"), ("name", "must not be empty"), ("uid", "must not be empty")])
            {
                if (string.IsNullOrEmpty(owner.Text(part)))
                {
                    causes.InvalidText($"{field}.{part}", "", why);
                }
            }

            if (owner.Text("kind") == "Event" && owner.Text("apiVersion") is "v1" or "events.k8s.io/v1")
            {
                var group = owner.Text("apiVersion") == "v1" ? "/v1" : "events.k8s.io/v1";
                causes.Invalid(field, GoValue.Print(owner), $"{group}, Kind=Event is disallowed from being an owner");
            }

            controllers += owner.IsTrue("controller") ? 1 : 0;
        }

        if (controllers > 1)
        {
            causes.Invalid("metadata.ownerReferences", "[]", "Only one reference can have Controller set to true");
        }
    }

    private static Func<string, string?> NameRule(ResourceDefinition definition) => (definition.Group, definition.Kind) switch
    {
        ("", "Namespace") => Names.Label,
        ("", "Service") => Names.Label1035,
        ("rbac.authorization.k8s.io", _) or ("apiregistration.k8s.io", _) => Names.PathSegment,
        _ => Names.Subdomain,
    };
}
