using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>The rules for CustomResourceDefinitions.</summary>
internal static class DefinitionRules
{
    private const string Approval = "api-approved.kubernetes.io";

    public static void Check(JsonObject node, JsonObject? old, Causes causes)
    {
        var spec = node.Map("spec") ?? [];
        var names = spec.Map("names") ?? [];
        var (group, plural) = (spec.Text("group") ?? "", names.Text("plural") ?? "");
        var name = node.Map("metadata")?.Text("name") ?? "";
        if (name != $"{plural}.{group}")
        {
            causes.InvalidText("metadata.name", name, "must be spec.names.plural+\".\"+spec.group");
        }

        if (group.Length == 0)
        {
            causes.Required("spec.group");
        }
        else if (Names.Subdomain(group) is { } wrongGroup)
        {
            causes.Fit("spec.group", group, wrongGroup);
        }
        else if (!group.Contains('.'))
        {
            causes.InvalidText("spec.group", group, "should be a domain with at least one dot");
        }

        if (spec.Text("scope") is not ("Cluster" or "Namespaced"))
        {
            causes.NotSupported("spec.scope", spec.Text("scope") ?? "", "Cluster", "Namespaced");
        }

        if (IsProtected(group) && string.IsNullOrEmpty(node.Map("metadata").Map("annotations")?.Text(Approval)))
        {
            causes.Required($"metadata.annotations[{Approval}]",
                $"protected groups must have approval annotation \"{Approval}\", see https://github.com/kubernetes/enhancements/pull/1111");
        }

        if (spec.IsTrue("preserveUnknownFields"))
        {
            causes.Invalid("spec.preserveUnknownFields", "true", "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead");
        }

        CheckNames(names, causes);
        CheckVersions(spec, causes);
        CheckConversion(spec.Map("conversion")?.Text("strategy") ?? "", causes);
        if (old.Map("spec") is { } before)
        {
            CheckStored(spec, old.Map("status")?["storedVersions"] as JsonArray ?? [], causes);
            foreach (var field in (string[])["group", "scope"])
            {
                if (before.Text(field) != spec.Text(field))
                {
                    causes.Immutable($"spec.{field}", GoQuote.Text(spec.Text(field) ?? ""));
                }
            }

            foreach (var field in (string[])["plural", "kind"])
            {
                if (before.Map("names")?.Text(field) != names.Text(field))
                {
                    causes.Immutable($"spec.names.{field}", GoQuote.Text(names.Text(field) ?? ""));
                }
            }
        }
    }

    /// <summary>A version in which objects may be stored cannot be dropped.</summary>
    private static void CheckStored(JsonObject spec, JsonArray stored, Causes causes)
    {
        var versions = spec.Items("versions").Select(version => version.Text("name")).ToHashSet();
        for (var at = 0; at < stored.Count; at++)
        {
            if (stored[at]?.ToString() is { } name && !versions.Contains(name))
            {
                causes.InvalidText($"status.storedVersions[{at}]", name, "must appear in spec.versions");
            }
        }
    }

    private static bool IsProtected(string group) =>
        group is "k8s.io" or "kubernetes.io" || group.EndsWith(".k8s.io", StringComparison.Ordinal) || group.EndsWith(".kubernetes.io", StringComparison.Ordinal);

    /// <summary>Versions that only a webhook can convert cannot be served rightly here, so they are not taken at all.</summary>
    private static void CheckConversion(string strategy, Causes causes)
    {
        if (strategy == "Webhook")
        {
            throw new ApiException(
                501, "NotImplemented", "embedded clusters call no conversion webhooks; use spec.conversion.strategy None, or run the lab with --mode k3s");
        }

        if (strategy is not ("None" or ""))
        {
            causes.NotSupported("spec.conversion.strategy", strategy, "None", "Webhook");
        }
    }

    private static void CheckNames(JsonObject names, Causes causes)
    {
        foreach (var field in (string[])["plural", "singular", "kind", "listKind"])
        {
            var name = names.Text(field) ?? "";
            if (name.Length == 0)
            {
                causes.Required($"spec.names.{field}");
            }
            else if (Names.Label1035(field is "kind" or "listKind" ? name.ToLowerInvariant() : name) is { } wrong)
            {
                causes.InvalidText($"spec.names.{field}", name, field is "kind" or "listKind" ? $"may have mixed case, but should otherwise match: {wrong}" : wrong);
            }
        }

        foreach (var list in (string[])["shortNames", "categories"])
        {
            var at = 0;
            foreach (var name in (names[list] as JsonArray ?? []).Select(item => item?.ToString() ?? ""))
            {
                if (Names.Label1035(name) is { } wrong)
                {
                    causes.Fit($"spec.names.{list}[{at}]", name, wrong);
                }

                at++;
            }
        }

        if (names.Text("kind") is { } kind && kind == names.Text("listKind"))
        {
            causes.InvalidText("spec.names.listKind", kind, "kind and listKind may not be the same");
        }
    }

    private static void CheckVersions(JsonObject spec, Causes causes)
    {
        var versions = spec.Items("versions").ToList();
        if (versions.Count(version => version.IsTrue("storage")) != 1)
        {
            causes.Invalid("spec.versions", GoLiteral.Struct("[]apiextensions.CustomResourceDefinitionVersion", []), "must have exactly one version marked as storage version");
            if (!versions.Any(version => version.IsTrue("storage")))
            {
                causes.Invalid("status.storedVersions", "[]string(nil)", "must have at least one stored version");
            }
        }

        var seen = new HashSet<string>();
        for (var at = 0; at < versions.Count; at++)
        {
            var version = versions[at];
            var name = version.Text("name") ?? "";
            if (Names.Label1035(name) is { } wrong)
            {
                causes.Fit($"spec.versions[{at}].name", name, wrong);
            }
            else if (!seen.Add(name))
            {
                causes.Invalid($"spec.versions[{at}].name", GoQuote.Text(name), "must not contain duplicate version names");
            }

            // One schema alone is reported where it was before there were versions, as the real server does.
            var field = versions.Count == 1 ? "spec.validation.openAPIV3Schema" : $"spec.versions[{at}].schema.openAPIV3Schema";
            PrinterRules.Check(version, versions.Count == 1 ? "spec" : $"spec.versions[{at}]", causes);
            if (version.Map("schema").Map("openAPIV3Schema") is { } schema)
            {
                StructuralSchema.Check(schema, field, causes);
            }
            else
            {
                causes.Required($"spec.versions[{at}].schema.openAPIV3Schema", "schemas are required");
            }
        }
    }
}
