using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Security;

/// <summary>Role-based access control, from the Role and binding objects as they are now.</summary>
internal sealed class RbacAuthorizer(ObjectStore store)
{
    private volatile RbacPolicy? policy;

    /// <exception cref="ApiException">403.</exception>
    public void Demand(UserInfo user, AccessRequest request)
    {
        if (!Allows(user, request))
        {
            throw Denied(user, request);
        }
    }

    public bool Allows(UserInfo user, AccessRequest request) => user.IsMaster || Current().Rules(user, request.Namespace).Any(rule => rule.Allows(request));

    public IEnumerable<PolicyRule> Rules(UserInfo user, string ns) => Current().Rules(user, ns);

    /// <summary>The name of a binding that allows it, as the real server explains its answer to an access review; null when none does.</summary>
    public string? Reason(UserInfo user, AccessRequest request) =>
        Current().Grants(user, request.Namespace).FirstOrDefault(grant => grant.Rules.Any(rule => rule.Allows(request)))?.Explain(user);

    public static ApiException Denied(UserInfo user, AccessRequest request)
    {
        if (!request.IsResource)
        {
            return new ApiException(403, "Forbidden", $"forbidden: User \"{user.Name}\" cannot {request.Verb} path \"{request.Path}\"", []);
        }

        var type = new ResourceType(request.Group, request.Resource);
        var where = request.Namespace.Length > 0 ? $"in the namespace \"{request.Namespace}\"" : "at the cluster scope";
        var why = $"User \"{user.Name}\" cannot {request.Verb} resource \"{request.ResourceAndSubresource}\" in API group \"{request.Group}\" {where}";
        var details = new JsonObject();
        if (request.Name.Length > 0)
        {
            details["name"] = request.Name;
        }

        if (request.Group.Length > 0)
        {
            details["group"] = request.Group;
        }

        details["kind"] = request.Resource;
        var subject = request.Name.Length > 0 ? $"{type} \"{request.Name}\"" : $"{type}";
        return new ApiException(403, "Forbidden", $"{subject} is forbidden: {why}", details);
    }

    private RbacPolicy Current()
    {
        var roles = store.List(KnownTypes.Roles);
        var clusterRoles = store.List(KnownTypes.ClusterRoles);
        var bindings = store.List(KnownTypes.RoleBindings);
        var clusterBindings = store.List(KnownTypes.ClusterRoleBindings);
        if (policy is { } known && known.IsOf(roles, clusterRoles, bindings, clusterBindings))
        {
            return known;
        }

        return policy = new RbacPolicy(roles, clusterRoles, bindings, clusterBindings);
    }
}
