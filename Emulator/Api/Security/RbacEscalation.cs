using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Security;

/// <summary>Nobody can grant through roles and bindings what they may not do themselves.</summary>
internal sealed class RbacEscalation(ObjectStore store, RbacAuthorizer authorizer) : IAdmission
{
    public AdmissionPhase Phase => AdmissionPhase.Escalation;

    public void Admit(AdmissionRequest request)
    {
        if (request.Resource.Group != "rbac.authorization.k8s.io" || request.Verb is WriteVerb.Delete)
        {
            return;
        }

        KeepRoleRef(request);
        if (request.Options.Groups.Contains("system:masters"))
        {
            return;
        }

        var user = new UserInfo(request.Options.User, request.Options.Groups);
        var node = request.Object!;
        var binding = node["roleRef"] is not null;
        var access = new AccessRequest
        {
            Verb = binding ? "bind" : "escalate",
            Group = request.Resource.Group,
            Resource = binding ? node["roleRef"]!["kind"]?.ToString() == "Role" ? "roles" : "clusterroles" : request.Resource.Plural,
            Namespace = node.Namespace(),
            Name = binding ? node["roleRef"]!["name"]?.ToString() ?? "" : node.Name(),
        };
        if (authorizer.Allows(user, access))
        {
            return;
        }

        var rules = binding ? Referenced(request, node) : node["rules"];
        var missing = Missing(user, node.Namespace(), rules);
        if (missing.Count > 0)
        {
            var groups = string.Join(' ', user.Groups.Select(group => $"\"{group}\""));
            throw ApiErrors.Forbidden(
                request.Resource.Type,
                node.Name(),
                $"user \"{user.Name}\" (groups=[{groups}]) is attempting to grant RBAC permissions not currently held:\n{string.Join('\n', missing)}");
        }
    }

    private static void KeepRoleRef(AdmissionRequest request)
    {
        if (request.Old?["roleRef"] is { } old && request.Object!["roleRef"] is var next && !JsonNode.DeepEquals(old, next))
        {
            throw ApiErrors.Invalid(request.Resource.Group, request.Resource.Kind, request.Object.Name(), [new FieldCause(
                "FieldValueInvalid", $"Invalid value: {next?.ToJsonString() ?? "null"}: cannot change roleRef", "roleRef")]);
        }
    }

    private JsonNode? Referenced(AdmissionRequest request, JsonObject binding)
    {
        var name = binding["roleRef"]!["name"]?.ToString() ?? "";
        var key = binding["roleRef"]!["kind"]?.ToString() == "Role"
            ? new ResourceKey(KnownTypes.Roles, binding.Namespace(), name)
            : new ResourceKey(KnownTypes.ClusterRoles, "", name);
        return store.Find(key) is { } role ? role.Node["rules"] : throw ApiErrors.NotFound(request.Resource.Type, name);
    }

    private List<string> Missing(UserInfo user, string ns, JsonNode? rules)
    {
        var held = authorizer.Rules(user, ns).ToList();
        var missing = new List<string>();
        foreach (var rule in (rules as JsonArray ?? []).OfType<JsonObject>().Select(PolicyRule.Parse))
        {
            foreach (var verb in rule.Verbs)
            {
                foreach (var path in rule.Paths.Where(path => !held.Any(known => known.Allows(new AccessRequest { IsResource = false, Verb = verb, Path = path }))))
                {
                    missing.Add($"{{NonResourceURLs:[\"{path}\"], Verbs:[\"{verb}\"]}}");
                }

                var wanted =
                    from g in rule.Groups
                    from resource in rule.Resources
                    from name in rule.Names.Count == 0 ? [""] : rule.Names
                    select (Group: g, Resource: resource, Name: name);
                foreach (var (g, resource, name) in wanted)
                {
                    var parts = resource.Split('/', 2);
                    var access = new AccessRequest { Verb = verb, Group = g, Resource = parts[0], Subresource = parts.Length > 1 ? parts[1] : "", Name = name };
                    if (!held.Any(known => known.Allows(access)))
                    {
                        var names = name.Length > 0 ? $", ResourceNames:[\"{name}\"]" : "";
                        missing.Add($"{{APIGroups:[\"{g}\"], Resources:[\"{resource}\"]{names}, Verbs:[\"{verb}\"]}}");
                    }
                }
            }
        }

        return missing;
    }
}
