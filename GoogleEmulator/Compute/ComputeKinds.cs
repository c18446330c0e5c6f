namespace GoogleEmulator.Compute;

/// <summary>The collections that can be listed, and what can be made in them.</summary>
internal static class ComputeKinds
{
    private static readonly Dictionary<string, string> s_kinds = new()
    {
        ["addresses"] = "address",
        ["backendServices"] = "backendService",
        ["disks"] = "disk",
        ["firewalls"] = "firewall",
        ["forwardingRules"] = "forwardingRule",
        ["healthChecks"] = "healthCheck",
        ["httpHealthChecks"] = "httpHealthCheck",
        ["instanceGroupManagers"] = "instanceGroupManager",
        ["instanceGroups"] = "instanceGroup",
        ["instanceTemplates"] = "instanceTemplate",
        ["instances"] = "instance",
        ["networkEndpointGroups"] = "networkEndpointGroup",
        ["networks"] = "network",
        ["routers"] = "router",
        ["routes"] = "route",
        ["sslCertificates"] = "sslCertificate",
        ["subnetworks"] = "subnetwork",
        ["targetHttpProxies"] = "targetHttpProxy",
        ["targetHttpsProxies"] = "targetHttpsProxy",
        ["targetPools"] = "targetPool",
        ["targetSslProxies"] = "targetSslProxy",
        ["targetTcpProxies"] = "targetTcpProxy",
        ["urlMaps"] = "urlMap",
    };

    private static readonly string[] s_creatable = ["addresses", "firewalls", "networks", "subnetworks"];

    /// <summary>Such as <c>compute#firewall</c>; throws for a collection that is not here.</summary>
    public static string KindOf(string collection) =>
        s_kinds.TryGetValue(collection, out var kind) ? $"compute#{kind}" : throw GoogleEmulator.Http.GoogleException.Unimplemented($"the collection '{collection}' of Compute Engine");

    /// <summary>As an error names it: <c>forwarding_rule</c>.</summary>
    public static string WordOf(string collection) =>
        string.Concat(KindOf(collection)["compute#".Length..].Select(letter => char.IsUpper(letter) ? $"_{char.ToLowerInvariant(letter)}" : $"{letter}"));

    public static bool CanBeCreated(string collection) => s_creatable.Contains(collection);

    /// <summary>The IAM permission for a verb: <c>compute.firewalls.create</c>.</summary>
    public static string Permission(string collection, string verb) => $"compute.{collection}.{verb}";
}
