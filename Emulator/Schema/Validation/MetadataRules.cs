using System.Text;
using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>The rules for metadata of all objects.</summary>
internal static class MetadataRules
{
    private const int MaxAnnotationBytes = 256 * 1024;

    /// <param name="old">The object as it was, when it is changed.</param>
    public static void Check(ResourceDefinition definition, JsonObject node, JsonObject? old, Causes causes)
    {
        if (node.Map("metadata") is not { } metadata)
        {
            return;
        }

        var check = NameRule(definition);
        if (metadata.Text("generateName") is { Length: > 0 } prefix && check(prefix.TrimEnd('-', '.') + "a") is { } wrongPrefix)
        {
            causes.Fit("metadata.generateName", prefix, wrongPrefix);
        }

        var name = metadata.Text("name") ?? "";
        if (name.Length == 0)
        {
            causes.Required("metadata.name", "name or generateName is required");
        }
        else if (check(name) is { } wrong)
        {
            causes.Fit("metadata.name", name, wrong);
        }

        for (var round = 0; round < (old is null ? 1 : RoundsOfUpdate(definition)); round++)
        {
            CheckLabels(metadata.Map("labels"), "metadata.labels", causes);
            CheckAnnotations(metadata.Map("annotations"), "metadata.annotations", causes);
            CheckOwners(metadata, causes);
        }

        if (old is not null)
        {
            CheckUpdate(node, old, causes);
        }

        var at = 0;
        foreach (var finalizer in node.Finalizers())
        {
            var field = $"metadata.finalizers[{at++}]";
            if (Names.QualifiedName(finalizer) is { } unfit)
            {
                causes.Fit("metadata.finalizers", finalizer, unfit);
            }
            else if (HasKnownFinalizers(definition) && !finalizer.Contains('/') && finalizer is not ("orphan" or "foregroundDeletion" or "kubernetes"))
            {
                causes.InvalidText(field, finalizer, "name is neither a standard finalizer name nor is it fully qualified");
            }
        }
    }

    /// <summary>Whether a finalizer without a domain has to be one of Kubernetes' own: so it is for the kinds of its core, not for those of its extensions.</summary>
    private static bool HasKnownFinalizers(ResourceDefinition definition) =>
        definition.CustomResourceDefinition is null && definition.Group is not ("apiextensions.k8s.io" or "apiregistration.k8s.io");

    /// <summary>How often a real server checks labels, annotations and owners when an object is changed: what it finds is as often among the causes.</summary>
    private static int RoundsOfUpdate(ResourceDefinition definition) => (definition.Group, definition.Kind) switch
    {
        ("policy", _) => 1,
        ("", "LimitRange" or "ResourceQuota" or "ReplicationController") => 2,
        ("" or "rbac.authorization.k8s.io", _) => 3,
        _ => 2,
    };

    /// <summary>Nobody may hold up a deletion that has begun.</summary>
    private static void CheckUpdate(JsonObject node, JsonObject old, Causes causes)
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
                causes.Fit(field, key, wrongKey);
            }

            if (value is JsonValue text && text.TryGetValue<string>(out var plain) && Names.LabelValue(plain) is { } wrongValue)
            {
                causes.Fit(field, plain, wrongValue);
            }
        }
    }

    /// <summary>The metadata of a template, whose field the real server calls <c>template.labels</c>.</summary>
    public static void CheckTemplate(JsonObject template, string field, Causes causes)
    {
        CheckLabels(template.Map("metadata").Map("labels"), $"{field}.labels", causes);
        CheckAnnotations(template.Map("metadata").Map("annotations"), $"{field}.annotations", causes);
    }

    private static void CheckAnnotations(JsonObject? annotations, string field, Causes causes)
    {
        long size = 0;
        foreach (var (key, value) in annotations ?? [])
        {
            if (Names.QualifiedName(key.ToLowerInvariant()) is { } wrong)
            {
                causes.Fit(field, key, wrong);
            }

            size += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value?.ToString() ?? "");
        }

        if (size > MaxAnnotationBytes)
        {
            causes.TooLong(field, MaxAnnotationBytes);
        }
    }

    private static void CheckOwners(JsonObject metadata, Causes causes)
    {
        const string Field = "metadata.ownerReferences";
        string? controller = null;
        foreach (var owner in metadata.Items("ownerReferences"))
        {
            foreach (var part in (string[])["apiVersion", "kind", "name", "uid"])
            {
                if (string.IsNullOrEmpty(owner.Text(part)))
                {
                    causes.InvalidText($"{Field}.{part}", "", part == "apiVersion" ? "version must not be empty" : $"{part} must not be empty");
                }
            }

            if (owner.Text("kind") == "Event" && owner.Text("apiVersion") is "v1" or "events.k8s.io/v1")
            {
                var group = owner.Text("apiVersion") == "v1" ? "/v1" : "events.k8s.io/v1";
                causes.Invalid(Field, GoLiteral.Struct("v1.OwnerReference", owner), $"{group}, Kind=Event is disallowed from being an owner");
            }

            var name = $"{owner.Text("kind")}/{owner.Text("name")}";
            if (owner.IsTrue("controller") && controller is not null)
            {
                causes.Invalid(Field, $"[]{GoLiteral.Struct("v1.OwnerReference", owner)}",
                    $"Only one reference can have Controller set to true. Found \"true\" in references for {controller} and {name}");
            }

            controller ??= owner.IsTrue("controller") ? name : null;
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
