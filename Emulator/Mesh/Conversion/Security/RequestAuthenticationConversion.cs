using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>RequestAuthentications, with the keys that they have in them or were fetched for them.</summary>
internal static class RequestAuthenticationConversion
{
    public static ImmutableArray<MeshRequestAuthentication> Convert(MeshInputs inputs, List<Finding> findings) =>
    [
        .. inputs.RequestAuthentications.OrderBy(Age.Key).SelectMany(node => WorkloadSelectors.All(node).Select(selector => new MeshRequestAuthentication(
            node.Namespace(), node.Name(), selector, [.. node["spec"]?["jwtRules"].Items().Select(rule => Rule(node, rule, inputs, findings)) ?? []]))),
    ];

    /// <summary>The addresses to fetch keys from.</summary>
    public static IEnumerable<string> AddressesToFetch(IEnumerable<JsonObject> authentications) =>
        authentications.SelectMany(node => node["spec"]?["jwtRules"].Items() ?? []).Where(rule => rule["jwks"].Text() is null).Select(rule => rule["jwksUri"].Text()).OfType<string>().Distinct();

    private static MeshJwtRule Rule(JsonObject node, JsonObject rule, MeshInputs inputs, List<Finding> findings)
    {
        var address = rule["jwksUri"].Text();
        var fetched = address is null ? null : inputs.KeySets.GetValueOrDefault(address);
        var keys = rule["jwks"].Text() ?? fetched?.Keys;
        if (keys is null && (address is null || fetched?.Problem is not null))
        {
            findings.Add(Finding.In(
                node, "JwksFetchFailed", "Warning",
                address is null
                    ? $"issuer \"{rule["issuer"].Text()}\" has neither jwks nor jwksUri, which embedded mode does not look for at the issuer: none of its tokens is believed until one of them is there"
                    : $"the keys of issuer \"{rule["issuer"].Text()}\" cannot be fetched from {address} ({fetched!.Problem}): none of its tokens is believed until they can be, or are put into jwks"));
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
