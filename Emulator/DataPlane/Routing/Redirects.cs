using Emulator.Mesh;

namespace Emulator.DataPlane.Routing;

/// <summary>Where a redirect rule sends a client.</summary>
internal static class Redirects
{
    public static string Location(MeshRedirect redirect, string authority, string target)
    {
        var scheme = redirect.Scheme ?? "http";
        var host = redirect.Authority ?? (redirect.Port is null ? authority : HostTable.WithoutPort(authority));
        var port = redirect.Port is { } number ? $":{number}" : "";
        return $"{scheme}://{host}{port}{redirect.Uri ?? target}";
    }
}
