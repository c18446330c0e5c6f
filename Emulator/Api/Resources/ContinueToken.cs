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
            throw Invalid("illegal base64 data at input byte 0");
        }

        try
        {
            var token = JsonNode.Parse(bytes)!.AsObject();
            var start = token["start"]!.GetValue<string>().TrimEnd('\0').Split('/', 2);
            return token["v"]!.GetValue<string>() == ApiVersion
                ? new ContinueToken(token["rv"].AsLong() ?? 0, start[0], start[1])
                : throw Invalid("server does not recognize this encoded version");
        }
        catch (Exception fault) when (fault is System.Text.Json.JsonException or InvalidOperationException or NullReferenceException or IndexOutOfRangeException)
        {
            throw Invalid("invalid character in continue token");
        }
    }

    private static ApiException Invalid(string why) => ApiErrors.BadRequest($"continue key is not valid: {why}");
}
