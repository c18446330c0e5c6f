using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>AuthorizationPolicies with every field as a test of one attribute.</summary>
internal static class AuthorizationPolicyConversion
{
    // By field of a source or operation; the field with "not" in front excludes.
    private static readonly (string Field, string Attribute)[] Source =
    [
        ("principals", "source.principal"), ("requestPrincipals", "request.auth.principal"), ("namespaces", "source.namespace"),
        ("serviceAccounts", "source.serviceAccount"), ("ipBlocks", "source.ip"), ("remoteIpBlocks", "remote.ip"),
    ];

    private static readonly (string Field, string Attribute)[] Operation =
        [("hosts", "request.host"), ("ports", "destination.port"), ("methods", "request.method"), ("paths", "request.path")];

    public static ImmutableArray<MeshAuthorizationPolicy> Convert(MeshInputs inputs, List<Finding> findings) =>
        [.. inputs.AuthorizationPolicies.OrderBy(Age.Key).SelectMany(node => Convert(node, inputs, findings))];

    private static IEnumerable<MeshAuthorizationPolicy> Convert(JsonObject node, MeshInputs inputs, List<Finding> findings)
    {
        var action = node["spec"]?["action"].Text() ?? "ALLOW";
        var provider = node["spec"]?["provider"]?["name"].Text() ?? "";
        var authorizer = action == "CUSTOM" ? inputs.Settings.Authorizers.GetValueOrDefault(provider) : null;
        if (action == "CUSTOM" && authorizer is null)
        {
            findings.Add(Finding.In(
                node, "NoExtensionProvider", "Warning",
                $"the mesh settings have no extensionProvider \"{provider}\" of kind envoyExtAuthzHttp, the only one that embedded mode asks: what the rules match is refused"));
        }

        return WorkloadSelectors.All(node).Select(selector => new MeshAuthorizationPolicy(
            node.Namespace(), node.Name(), selector, action, [.. node["spec"]?["rules"].Items().Select(rule => Rule(rule, node.Namespace())) ?? []])
        {
            Authorizer = authorizer,
            IsDryRun = IsTrue(node.Annotation("istio.io/dry-run")),
        });
    }

    /// <summary>The spellings of true that Istio takes (Go's ParseBool).</summary>
    private static bool IsTrue(string? text) => text is "1" or "t" or "T" or "true" or "TRUE" or "True";

    private static MeshAuthorizationRule Rule(JsonObject rule, string ns) => new(
        [.. rule["from"].Items().Select(from => Tests(from["source"], Source, ns))],
        [.. rule["to"].Items().Select(to => Tests(to["operation"], Operation, ns))],
        [.. rule["when"].Items().Select(when => Test(when["key"].Text() ?? "", when["values"], when["notValues"], ns))]);

    private static ImmutableArray<MeshAttributeTest> Tests(JsonNode? fields, (string Field, string Attribute)[] known, string ns) =>
    [
        .. known
            .Select(item => (item.Attribute, Values: fields?[item.Field], NotValues: fields?[$"not{char.ToUpperInvariant(item.Field[0])}{item.Field[1..]}"]))
            .Where(item => item.Values is not null || item.NotValues is not null)
            .Select(item => Test(item.Attribute, item.Values, item.NotValues, ns)),
    ];

    /// <summary>A service account without a namespace is one of the policy's own.</summary>
    private static MeshAttributeTest Test(string attribute, JsonNode? values, JsonNode? notValues, string ns)
    {
        ImmutableArray<string> Texts(JsonNode? node) =>
            [.. node.Texts().Select(value => attribute == "source.serviceAccount" && !value.Contains('/') ? $"{ns}/{value}" : value)];
        return new MeshAttributeTest(attribute, Texts(values), Texts(notValues));
    }
}
