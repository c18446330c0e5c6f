using System.Globalization;
using Emulator.Mesh;

namespace Emulator.DataPlane.Routing;

/// <summary>Where a redirect rule sends a client.</summary>
internal static class Redirects
{
    /// <param name="requestScheme">The scheme the client used.</param>
    /// <param name="replaced">How much of the path the rule's prefix matched.</param>
    public static string Location(MeshRedirect redirect, string requestScheme, string authority, string target, int replaced)
    {
        var scheme = redirect.Scheme ?? requestScheme;
        var bare = HostTable.WithoutPort(authority);
        var port = redirect.Port ?? redirect.DerivePort switch
        {
            "FROM_REQUEST_PORT" => Port(authority),
            _ => null,
        };

        // A port of the request stays unless something else is said; the other scheme's well-known one would be wrong.
        var keepsPort = redirect.Port is null && redirect.DerivePort is null && scheme == requestScheme;
        var host = redirect.Authority ?? (keepsPort ? authority : bare);
        var suffix = port is { } number && number != (scheme == "https" ? 443 : 80) ? string.Create(CultureInfo.InvariantCulture, $":{number}") : "";
        var path = redirect.PrefixRewrite is { } prefix ? RequestTarget.ReplacePrefix(target, replaced, prefix) : redirect.Uri ?? target;
        return $"{scheme}://{host}{suffix}{path}";
    }

    private static int? Port(string authority) =>
        int.TryParse(authority.AsSpan(HostTable.WithoutPort(authority).Length).TrimStart(':'), CultureInfo.InvariantCulture, out var port) ? port : null;
}
