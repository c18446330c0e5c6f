using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Resources;

/// <summary>Where a list goes on: after which object, and at which revision; -1: at the newest.</summary>
internal sealed record ContinueToken(long Revision, string Namespace, string Name)
{
    private const string ApiVersion = "meta.k8s.io/v1";

    public string Encode() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
        new JsonObject { ["v"] = ApiVersion, ["rv"] = Revision, ["start"] = $"{Namespace}/{Name}\0" }.ToJsonString()));

    /// <exception cref="ApiException">400.</exception>
    public static ContinueToken Parse(string text)
    {
        byte[] bytes;
        try
        {
            bytes = Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            throw ApiErrors.BadRequest("invalid continue token: continue key is not valid: illegal base64 data at input byte 0");
        }

        try
        {
            var token = JsonNode.Parse(bytes) as JsonObject ?? [];
            var version = (token["v"] as JsonValue)?.ToString();
            if (version != ApiVersion)
            {
                throw Invalid($"server does not recognize this encoded version {version}");
            }

            var start = ((token["start"] as JsonValue)?.ToString() ?? "").TrimEnd('\0').Split('/', 2);
            return token["rv"].AsLong() is { } revision && revision != 0
                ? new ContinueToken(revision, start[0], start.Length > 1 ? start[1] : "")
                : throw Invalid($"incorrect encoded start resourceVersion (version {ApiVersion})");
        }
        catch (System.Text.Json.JsonException fault)
        {
            throw Invalid(GoJsonErrors.Describe(bytes, fault));
        }
    }

    private static ApiException Invalid(string why) => ApiErrors.BadRequest($"invalid continue token: continue key is not valid: {why}");
}
