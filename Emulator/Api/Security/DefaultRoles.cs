using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Security;

/// <summary>The roles and bindings that a cluster has out of the box, as far as somebody in the lab uses them.</summary>
internal static class DefaultRoles
{
    private static readonly string[] Read = ["get", "list", "watch"];
    private static readonly string[] Write = ["create", "delete", "deletecollection", "patch", "update"];

    public static IEnumerable<(ResourceType Type, string Kind, JsonObject Node)> All()
    {
        yield return Role("cluster-admin", Rule(["*"], ["*"], ["*"]), Paths(["*"], ["*"]));
        // What users get in namespaces is put together from all roles with these labels, of which operators bring some for their own kinds.
        yield return Part("admin", [.. Admin()]);
        yield return Part("edit", [.. Edit()]);
        yield return Part("view", [.. View()]);
        yield return Aggregate("admin", null, [.. Edit(), .. View(), .. Admin()]);
        yield return Aggregate("edit", "admin", [.. Edit(), .. View()]);
        yield return Aggregate("view", "edit", [.. View()]);
        yield return Role("system:discovery",
            Paths(["get"], ["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version", "/version/"]));
        yield return Role("system:public-info-viewer", Paths(["get"], ["/healthz", "/livez", "/readyz", "/version", "/version/"]));
        yield return Role("system:basic-user",
            Rule(["authorization.k8s.io"], ["selfsubjectaccessreviews", "selfsubjectrulesreviews"], ["create"]),
            Rule(["authentication.k8s.io"], ["selfsubjectreviews"], ["create"]));
        yield return Role("system:auth-delegator",
            Rule(["authentication.k8s.io"], ["tokenreviews"], ["create"]),
            Rule(["authorization.k8s.io"], ["subjectaccessreviews"], ["create"]));
        yield return Role("system:service-account-issuer-discovery", Paths(["get"], ["/.well-known/openid-configuration", "/.well-known/openid-configuration/", "/openid/v1/jwks", "/openid/v1/jwks/"]));
        yield return Binding("cluster-admin", "system:masters");
        yield return Binding("system:discovery", "system:authenticated");
        yield return Binding("system:basic-user", "system:authenticated");
        yield return Binding("system:public-info-viewer", "system:authenticated", "system:unauthenticated");
        yield return Binding("system:service-account-issuer-discovery", "system:serviceaccounts");
    }

    private static IEnumerable<JsonObject> Admin() =>
    [
        Rule(["rbac.authorization.k8s.io"], ["roles", "rolebindings"], [.. Write, .. Read]),
        Rule(["authorization.k8s.io"], ["localsubjectaccessreviews"], ["create"]),
    ];

    private static IEnumerable<JsonObject> Edit() =>
    [
        Rule([""], ["pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "secrets", "services/proxy"], Read),
        Rule([""], ["serviceaccounts"], ["impersonate"]),
        Rule([""], ["pods", "pods/attach", "pods/exec", "pods/portforward", "pods/proxy"], Write),
        Rule([""], ["pods/eviction"], ["create"]),
        Rule([""], ["configmaps", "events", "persistentvolumeclaims", "replicationcontrollers", "replicationcontrollers/scale", "secrets", "serviceaccounts",
            "services", "services/proxy"], Write),
        Rule([""], ["serviceaccounts/token"], ["create"]),
        Rule(["apps"], ["daemonsets", "deployments", "deployments/rollback", "deployments/scale", "replicasets", "replicasets/scale", "statefulsets",
            "statefulsets/scale"], Write),
        Rule(["autoscaling"], ["horizontalpodautoscalers"], Write),
        Rule(["batch"], ["cronjobs", "jobs"], Write),
        Rule(["policy"], ["poddisruptionbudgets"], Write),
        Rule(["networking.k8s.io"], ["ingresses", "networkpolicies"], Write),
        Rule(["coordination.k8s.io"], ["leases"], [.. Write, .. Read]),
    ];

    private static IEnumerable<JsonObject> View() =>
    [
        Rule([""], ["configmaps", "endpoints", "persistentvolumeclaims", "persistentvolumeclaims/status", "pods", "replicationcontrollers",
            "replicationcontrollers/scale", "serviceaccounts", "services", "services/status"], Read),
        Rule([""], ["bindings", "events", "limitranges", "namespaces/status", "pods/log", "pods/status", "replicationcontrollers/status", "resourcequotas",
            "resourcequotas/status"], Read),
        Rule([""], ["namespaces"], Read),
        Rule(["discovery.k8s.io"], ["endpointslices"], Read),
        Rule(["apps"], ["controllerrevisions", "daemonsets", "daemonsets/status", "deployments", "deployments/scale", "deployments/status", "replicasets",
            "replicasets/scale", "replicasets/status", "statefulsets", "statefulsets/scale", "statefulsets/status"], Read),
        Rule(["autoscaling"], ["horizontalpodautoscalers", "horizontalpodautoscalers/status"], Read),
        Rule(["batch"], ["cronjobs", "cronjobs/status", "jobs", "jobs/status"], Read),
        Rule(["policy"], ["poddisruptionbudgets", "poddisruptionbudgets/status"], Read),
        Rule(["networking.k8s.io"], ["ingresses", "ingresses/status", "networkpolicies"], Read),
        Metrics(),
    ];

    private static JsonObject Metrics() => Rule(["metrics.k8s.io"], ["pods", "nodes"], Read);

    private static JsonObject Rule(string[] groups, string[] resources, string[] verbs) => new()
    {
        ["verbs"] = List(verbs),
        ["apiGroups"] = List(groups),
        ["resources"] = List(resources),
    };

    private static JsonObject Paths(string[] verbs, string[] paths) => new() { ["verbs"] = List(verbs), ["nonResourceURLs"] = List(paths) };

    private static (ResourceType Type, string Kind, JsonObject Node) Role(string name, params JsonObject[] rules) =>
        (KnownTypes.ClusterRoles, "ClusterRole", new JsonObject { ["metadata"] = Metadata(name), ["rules"] = new JsonArray([.. rules]) });

    /// <summary>A role with a label that makes it a part of <paramref name="name"/>.</summary>
    private static (ResourceType Type, string Kind, JsonObject Node) Part(string name, params JsonObject[] rules)
    {
        var part = Role($"system:aggregate-to-{name}", rules);
        part.Node["metadata"]!["labels"]![Label(name)] = "true";
        return part;
    }

    /// <summary>A role made of parts, which may be a part of another; the rules are those that the controller would find.</summary>
    private static (ResourceType Type, string Kind, JsonObject Node) Aggregate(string name, string? partOf, params JsonObject[] rules)
    {
        var role = Role(name, rules);
        role.Node["aggregationRule"] = new JsonObject
        {
            ["clusterRoleSelectors"] = new JsonArray(new JsonObject { ["matchLabels"] = new JsonObject { [Label(name)] = "true" } }),
        };
        if (partOf is not null)
        {
            role.Node["metadata"]!["labels"]![Label(partOf)] = "true";
        }

        return role;
    }

    private static string Label(string role) => $"rbac.authorization.k8s.io/aggregate-to-{role}";

    private static (ResourceType Type, string Kind, JsonObject Node) Binding(string role, params string[] groups) =>
        (KnownTypes.ClusterRoleBindings, "ClusterRoleBinding", new JsonObject
        {
            ["metadata"] = Metadata(role),
            ["roleRef"] = new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "ClusterRole", ["name"] = role },
            ["subjects"] = new JsonArray(
                [.. groups.Select(group => new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "Group", ["name"] = group })]),
        });

    private static JsonObject Metadata(string name) => new()
    {
        ["name"] = name,
        ["annotations"] = new JsonObject { ["rbac.authorization.kubernetes.io/autoupdate"] = "true" },
        ["labels"] = new JsonObject { ["kubernetes.io/bootstrapping"] = "rbac-defaults" },
    };

    private static JsonArray List(string[] values) => new([.. values.Select(value => JsonValue.Create(value))]);
}
