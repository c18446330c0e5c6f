using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>The rules for roles and bindings.</summary>
internal static class AccessRules
{
    private const string Group = "rbac.authorization.k8s.io";

    public static void Role(JsonObject node, bool namespaced, Causes causes)
    {
        var at = 0;
        foreach (var rule in node.Items("rules"))
        {
            var field = $"rules[{at++}]";
            if (rule["verbs"] is not JsonArray { Count: > 0 })
            {
                causes.Required($"{field}.verbs", "verbs must contain at least one value");
            }

            if (rule["nonResourceURLs"] is JsonArray { Count: > 0 })
            {
                if (namespaced)
                {
                    causes.Invalid($"{field}.nonResourceURLs", GoLiteral.Strings(rule["nonResourceURLs"] as JsonArray), "namespaced rules cannot apply to non-resource URLs");
                }

                if (rule["apiGroups"] is JsonArray { Count: > 0 } || rule["resources"] is JsonArray { Count: > 0 } || rule["resourceNames"] is JsonArray { Count: > 0 })
                {
                    causes.Invalid($"{field}.nonResourceURLs", GoLiteral.Strings(rule["nonResourceURLs"] as JsonArray), "rules cannot apply to both regular resources and non-resource URLs");
                }

                continue;
            }

            if (rule["apiGroups"] is not JsonArray { Count: > 0 })
            {
                causes.Required($"{field}.apiGroups", "resource rules must supply at least one api group");
            }

            if (rule["resources"] is not JsonArray { Count: > 0 })
            {
                causes.Required($"{field}.resources", "resource rules must supply at least one resource");
            }
        }
    }

    public static void Binding(JsonObject node, JsonObject? old, Causes causes)
    {
        var role = node.Map("roleRef") ?? [];
        if (role.Text("apiGroup") is var group && group != Group)
        {
            causes.NotSupported("roleRef.apiGroup", group ?? "", Group);
        }

        var kinds = node.Text("kind") == "ClusterRoleBinding" ? (string[])["ClusterRole"] : ["Role", "ClusterRole"];
        if (!kinds.Contains(role.Text("kind") ?? ""))
        {
            causes.NotSupported("roleRef.kind", role.Text("kind") ?? "", [.. kinds.Order(StringComparer.Ordinal)]);
        }

        if (string.IsNullOrEmpty(role.Text("name")))
        {
            causes.Required("roleRef.name");
        }

        if (old is not null && !JsonNode.DeepEquals(old["roleRef"], node["roleRef"]))
        {
            causes.Invalid("roleRef", $"rbac.RoleRef{{APIGroup:{Quoted(role, "apiGroup")}, Kind:{Quoted(role, "kind")}, Name:{Quoted(role, "name")}}}", "cannot change roleRef");
        }

        var at = 0;
        foreach (var subject in node.Items("subjects"))
        {
            CheckSubject(subject, namespaced: node.Kind() == "RoleBinding", $"subjects[{at++}]", causes);
        }
    }

    private static void CheckSubject(JsonObject subject, bool namespaced, string field, Causes causes)
    {
        if (string.IsNullOrEmpty(subject.Text("name")))
        {
            causes.Required($"{field}.name");
        }

        switch (subject.Text("kind"))
        {
            case "ServiceAccount":
                if (subject.Text("name") is { Length: > 0 } name && Names.Subdomain(name) is { } wrong)
                {
                    causes.Fit($"{field}.name", name, wrong);
                }

                if (!string.IsNullOrEmpty(subject.Text("apiGroup")))
                {
                    causes.NotSupported($"{field}.apiGroup", subject.Text("apiGroup")!, "");
                }

                // In a RoleBinding an absent namespace is the binding's own (pkg/apis/rbac/validation).
                if (!namespaced && string.IsNullOrEmpty(subject.Text("namespace")))
                {
                    causes.Required($"{field}.namespace");
                }

                break;
            case "User" or "Group":
                if (subject.Text("apiGroup") is var group && group != Group)
                {
                    causes.NotSupported($"{field}.apiGroup", group ?? "", Group);
                }

                break;
            case var kind:
                causes.NotSupported($"{field}.kind", kind ?? "", "ServiceAccount", "User", "Group");
                break;
        }
    }

    private static string Quoted(JsonObject node, string field) => GoQuote.Text(node.Text(field) ?? "");
}
