using Emulator.Storage;

namespace Emulator.Api.Security;

/// <summary>Lets those who may act as somebody else do so (Impersonate-User and its companions).</summary>
internal sealed class Impersonation(RbacAuthorizer authorizer)
{
    private const string ExtraPrefix = "Impersonate-Extra-";

    /// <exception cref="ApiException">403, or 400 when groups are named without a user.</exception>
    public UserInfo Apply(HttpContext http, UserInfo user)
    {
        var headers = http.Request.Headers;
        if (!headers.TryGetValue("Impersonate-User", out var names) || names.ToString() is not { Length: > 0 } name)
        {
            return headers.ContainsKey("Impersonate-Group") || headers.ContainsKey("Impersonate-Uid")
                ? throw HttpFault()
                : user;
        }

        List<string> groups = [.. headers["Impersonate-Group"].OfType<string>()];
        var account = name.Split(':') is ["system", "serviceaccount", var ns, var simple] ? (Namespace: ns, Name: simple) : default((string Namespace, string Name)?);
        Demand(user, account is null ? "users" : "serviceaccounts", account?.Name ?? name, account?.Namespace ?? "");
        foreach (var group in groups)
        {
            Demand(user, "groups", group, "");
        }

        if (account is not null && groups.Count == 0)
        {
            groups = ["system:serviceaccounts", $"system:serviceaccounts:{account.Value.Namespace}"];
        }

        var automatic = name == "system:anonymous" ? "system:unauthenticated" : "system:authenticated";
        if (!groups.Contains(automatic))
        {
            groups.Add(automatic);
        }

        return new UserInfo(name, groups)
        {
            Uid = headers["Impersonate-Uid"].ToString(),
            Extra = headers.Where(header => header.Key.StartsWith(ExtraPrefix, StringComparison.OrdinalIgnoreCase))
                .ToDictionary(header => Uri.UnescapeDataString(header.Key[ExtraPrefix.Length..].ToLowerInvariant()), header => (IReadOnlyList<string>)[.. header.Value.OfType<string>()]),
        };
    }

    private void Demand(UserInfo user, string resource, string name, string ns) =>
        authorizer.Demand(user, new AccessRequest { Verb = "impersonate", Resource = resource, Name = name, Namespace = ns });

    private static ApiException HttpFault() => new(500, "InternalError", "Internal error occurred: requested groups or uid without impersonating a user");
}
