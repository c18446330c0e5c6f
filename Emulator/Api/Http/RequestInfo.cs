namespace Emulator.Api.Http;

/// <summary>What a path and method ask for (k8s.io/apiserver/pkg/endpoints/request, RequestInfo).</summary>
internal sealed record RequestInfo
{
    public required string Path { get; init; }

    /// <summary>get, list, watch, create, update, patch, delete, deletecollection; for other paths the method in lower case.</summary>
    public required string Verb { get; init; }

    public bool IsResource { get; init; }

    public string Group { get; init; } = "";

    public string Version { get; init; } = "";

    public string Namespace { get; init; } = "";

    public string Resource { get; init; } = "";

    public string Name { get; init; } = "";

    public string Subresource { get; init; } = "";

    /// <summary>What follows the subresource, with its leading slash; empty when nothing does.</summary>
    public string Rest { get; init; } = "";

    /// <summary>As RBAC writes it: <c>pods/log</c>.</summary>
    public string ResourceAndSubresource => Subresource.Length == 0 ? Resource : $"{Resource}/{Subresource}";

    public static RequestInfo Parse(string method, string path, bool watch)
    {
        var segments = path.Split('/', StringSplitOptions.None);
        var at = 1;
        string Next() => at < segments.Length ? segments[at++] : "";

        var root = Next();
        string group;
        string version;
        if (root == "api" && segments.Length > 3)
        {
            group = "";
            version = Next();
        }
        else if (root == "apis" && segments.Length > 4)
        {
            group = Next();
            version = Next();
        }
        else
        {
            return new RequestInfo { Path = path, Verb = method.ToLowerInvariant() };
        }

        var resource = Next();
        var isPrefixed = resource == "watch";
        if (isPrefixed)
        {
            resource = Next();
        }

        var ns = "";
        if (resource == "namespaces" && at < segments.Length && segments[at].Length > 0)
        {
            var name = Next();
            // namespaces/x/status and namespaces/x/finalize are parts of the namespace; anything else is in it.
            if (at >= segments.Length || segments[at] is "" or "status" or "finalize")
            {
                return ForResource(method, path, watch, group, version, name, resource, name, Next(), "");
            }

            ns = name;
            resource = Next();
        }

        if (resource.Length == 0)
        {
            return new RequestInfo { Path = path, Verb = method.ToLowerInvariant() };
        }

        var objectName = Next();
        var subresource = Next();
        var rest = at < segments.Length ? "/" + string.Join('/', segments[at..]) : "";
        var info = ForResource(method, path, watch, group, version, ns, resource, objectName, subresource, rest);

        // The old way to watch: /api/v1/watch/…, for a list or one object.
        return isPrefixed && method == "GET" ? info with { Verb = "watch" } : info;
    }

    private static RequestInfo ForResource(
        string method, string path, bool watch, string group, string version, string ns, string resource, string name, string subresource, string rest) => new()
        {
            Path = path,
            IsResource = true,
            Verb = method switch
            {
                "GET" or "HEAD" => name.Length > 0 ? "get" : watch ? "watch" : "list",
                "POST" => "create",
                "PUT" => "update",
                "PATCH" => "patch",
                "DELETE" => name.Length > 0 ? "delete" : "deletecollection",
                _ => method.ToLowerInvariant(),
            },
            Group = group,
            Version = version,
            Namespace = ns,
            Resource = resource,
            Name = name,
            Subresource = subresource,
            Rest = rest,
        };
}
