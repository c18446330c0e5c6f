using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Emulator.Controllers;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>RequestAuthentications; keys are taken from the object only.</summary>
internal static class RequestAuthenticationConversion
{
    public static ImmutableArray<MeshRequestAuthentication> Convert(MeshInputs inputs, List<Finding> findings) =>
    [
        .. inputs.RequestAuthentications.OrderBy(Age.Key).Select(node => new MeshRequestAuthentication(
            node.Namespace(), node.Name(), WorkloadSelectors.Of(node),
            [.. node["spec"]?["jwtRules"].Items().Select(rule => Rule(node, rule, findings)) ?? []])),
    ];

    private static MeshJwtRule Rule(JsonObject node, JsonObject rule, List<Finding> findings)
    {
        var keys = rule["jwks"].Text();
        if (keys is null)
        {
            findings.Add(Finding.In(
                node, "NotInEmbeddedMode", "Warning",
                $"the keys of issuer \"{rule["issuer"].Text()}\" are not fetched (jwksUri) in embedded mode, so none of its tokens is believed: put the keys into jwks"));
        }

        return new MeshJwtRule
        {
            Issuer = rule["issuer"].Text() ?? "",
            Audiences = [.. rule["audiences"].Texts()],
            Keys = keys,
            FromHeaders = [.. rule["fromHeaders"].Items().Select(header => (header["name"].Text() ?? "", header["prefix"].Text() ?? ""))],
            FromParameters = [.. rule["fromParams"].Texts()],
            FromCookies = [.. rule["fromCookies"].Texts()],
            PayloadHeader = rule["outputPayloadToHeader"].Text(),
            ClaimHeaders = [.. rule["outputClaimToHeaders"].Items().Select(item => (item["header"].Text() ?? "", item["claim"].Text() ?? ""))],
            ForwardsToken = rule["forwardOriginalToken"].IsTrue(),
        };
    }
}
