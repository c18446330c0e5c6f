using Emulator.Storage;

namespace Emulator.Api.Discovery;

/// <summary>One subresource as discovery lists it.</summary>
/// <param name="Group">The group and version of <paramref name="Kind"/> when they are not those of the resource.</param>
internal sealed record SubresourceEntry(string Name, string Kind, string[] Verbs, string? Group = null, string? Version = null);

/// <summary>The subresources of each type, in name order.</summary>
internal static class SubresourceCatalog
{
    private static readonly string[] ReadWrite = ["get", "patch", "update"];
    private static readonly string[] Connect = ["create", "get"];
    private static readonly string[] Proxy = ["create", "delete", "get", "patch", "update"];

    public static IEnumerable<SubresourceEntry> Of(ResourceDefinition definition)
    {
        var scale = new SubresourceEntry("scale", "Scale", ReadWrite, "autoscaling", "v1");
        var status = new SubresourceEntry("status", definition.Kind, ReadWrite);
        if (definition.Group.Length == 0)
        {
            switch (definition.Plural)
            {
                case "pods":
                    return
                    [
                        new("attach", "PodAttachOptions", Connect), new("binding", "Binding", ["create"]), new("ephemeralcontainers", "Pod", ReadWrite),
                        new("eviction", "Eviction", ["create"], "policy", "v1"), new("exec", "PodExecOptions", Connect), new("log", "Pod", ["get"]),
                        new("portforward", "PodPortForwardOptions", Connect), new("proxy", "PodProxyOptions", Proxy), status,
                    ];
                case "services":
                    return [new("proxy", "ServiceProxyOptions", Proxy), status];
                case "nodes":
                    return [new("proxy", "NodeProxyOptions", Proxy), status];
                case "namespaces":
                    return [new("finalize", "Namespace", ["update"]), status];
                case "serviceaccounts":
                    return [new("token", "TokenRequest", ["create"], "authentication.k8s.io", "v1")];
            }
        }

        if (definition.Group == "certificates.k8s.io")
        {
            return [new("approval", definition.Kind, ReadWrite), status];
        }

        return (definition.HasScale, definition.HasStatus) switch
        {
            (true, true) => [scale, status],
            (true, false) => [scale],
            (false, true) => [status],
            _ => [],
        };
    }
}
