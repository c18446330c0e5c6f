using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Security;

/// <summary>All roles and bindings at one moment, by subject.</summary>
internal sealed class RbacPolicy
{
    private readonly StoreList[] source;
    private readonly Dictionary<string, List<Grant>> grants = [];

    public RbacPolicy(StoreList roles, StoreList clusterRoles, StoreList bindings, StoreList clusterBindings)
    {
        source = [roles, clusterRoles, bindings, clusterBindings];
        var rules = roles.Items.Concat(clusterRoles.Items).ToDictionary(role => role.Key, role => ParseRules(role.Node));
        foreach (var binding in clusterBindings.Items.Concat(bindings.Items))
        {
            var ns = binding.Key.Namespace;
            var reference = binding.Node["roleRef"];
            var roleName = reference?["name"]?.GetValue<string>() ?? "";
            var key = reference?["kind"]?.GetValue<string>() == "Role"
                ? new ResourceKey(KnownTypes.Roles, ns, roleName)
                : new ResourceKey(KnownTypes.ClusterRoles, "", roleName);
            if (!rules.TryGetValue(key, out var granted) || binding.Node["subjects"] is not JsonArray subjects)
            {
                continue;
            }

            foreach (var subject in subjects.OfType<JsonObject>())
            {
                var kind = subject.Kind();
                var name = subject["name"]?.GetValue<string>() ?? "";
                var id = kind == "ServiceAccount"
                    ? $"User:system:serviceaccount:{(subject["namespace"]?.GetValue<string>() is { Length: > 0 } own ? own : ns)}:{name}"
                    : $"{kind}:{name}";
                if (!grants.TryGetValue(id, out var list))
                {
                    grants[id] = list = [];
                }

                list.Add(new Grant(binding.Key, key, granted, kind, name));
            }
        }
    }

    /// <summary>Whether it was made from exactly these lists: unchanged tables share their rows.</summary>
    public bool IsOf(params ReadOnlySpan<StoreList> lists)
    {
        for (var index = 0; index < lists.Length; index++)
        {
            if (!ReferenceEquals(lists[index].Rows, source[index].Rows))
            {
                return false;
            }
        }

        return true;
    }

    public IEnumerable<PolicyRule> Rules(UserInfo user, string ns) => Grants(user, ns).SelectMany(grant => grant.Rules);

    /// <summary>What a user is granted in the whole cluster and in one namespace.</summary>
    public IEnumerable<Grant> Grants(UserInfo user, string ns)
    {
        foreach (var id in user.Groups.Select(group => "Group:" + group).Prepend("User:" + user.Name))
        {
            if (grants.TryGetValue(id, out var found))
            {
                foreach (var grant in found)
                {
                    if (grant.Binding.Namespace.Length == 0 || grant.Binding.Namespace == ns)
                    {
                        yield return grant;
                    }
                }
            }
        }
    }

    private static IReadOnlyList<PolicyRule> ParseRules(JsonObject role) =>
        role["rules"] is JsonArray rules ? [.. rules.OfType<JsonObject>().Select(PolicyRule.Parse)] : [];
}

/// <summary>One subject's share of one binding.</summary>
internal sealed record Grant(ResourceKey Binding, ResourceKey Role, IReadOnlyList<PolicyRule> Rules, string SubjectKind, string SubjectName)
{
    /// <summary>As the RBAC authorizer explains itself: <c>RBAC: allowed by ClusterRoleBinding "x" of ClusterRole "y" to User "z"</c>.</summary>
    public string Explain(UserInfo user)
    {
        var binding = Binding.Namespace.Length > 0 ? $"RoleBinding \"{Binding.Name}/{Binding.Namespace}\"" : $"ClusterRoleBinding \"{Binding.Name}\"";
        var role = Role.Type == KnownTypes.Roles ? "Role" : "ClusterRole";
        var subject = SubjectKind == "ServiceAccount" ? $"{SubjectName}/{user.Name.Split(':')[2]}" : SubjectName;
        return $"RBAC: allowed by {binding} of {role} \"{Role.Name}\" to {SubjectKind} \"{subject}\"";
    }
}
