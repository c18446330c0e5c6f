namespace Emulator.Mesh.Conversion;

/// <summary>How Istio reads the host names in its resources.</summary>
internal static class HostNames
{
    public const string Domain = "svc.cluster.local";

    public static string OfService(string ns, string name) => $"{name}.{ns}.{Domain}";

    /// <summary>A name without a dot is a Service of the resource's own namespace; every other name is taken as it is.</summary>
    public static string Resolve(string host, string ns) => host.Contains('.') || host.Contains('*') || host.Length == 0 ? host : OfService(ns, host);

    /// <summary>Whether a pattern such as <c>*</c> or <c>*.example.com</c> covers a host, which may itself be a pattern.</summary>
    public static bool Covers(string pattern, string host) =>
        pattern == "*" || pattern == host || (pattern.StartsWith('*') && host.Length > 1 && host.TrimStart('*').EndsWith(pattern[1..], StringComparison.Ordinal));

    /// <summary>A gateway reference of a VirtualService as <c>namespace/name</c>, or <c>mesh</c>.</summary>
    public static string ResolveGateway(string gateway, string ns) =>
        gateway == "mesh" || gateway.Contains('/') ? gateway.StartsWith("./", StringComparison.Ordinal) ? $"{ns}{gateway[1..]}" : gateway : $"{ns}/{gateway}";
}
