using System.Text.Json.Nodes;
using Emulator.Api.Http;
using Emulator.Api.Security;
using Emulator.Api.Subresources;
using Emulator.Storage;

namespace Emulator.Api.Reviews;

/// <summary>Tells whose token it is.</summary>
internal sealed class TokenReview(ReviewBody bodies, Authenticator authenticator) : IReview
{
    public string Group => "authentication.k8s.io";

    public string Plural => "tokenreviews";

    public string Kind => "TokenReview";

    public bool Namespaced => false;

    public async Task HandleAsync(ApiRequest request)
    {
        var review = await bodies.ReadAsync(request, Kind);
        var token = (review["spec"]?["token"] as JsonValue)?.ToString() ?? "";
        if (token.Length == 0)
        {
            throw ApiErrors.BadRequest("token is required for TokenReview in authentication");
        }

        List<string> audiences = [.. (review["spec"]?["audiences"] as JsonArray ?? []).Select(item => item?.ToString() ?? "")];
        var user = authenticator.AuthenticateToken(token, audiences.Count == 0 ? null : audiences);
        var status = user is null
            ? new JsonObject { ["user"] = new JsonObject(), ["error"] = "invalid bearer token" }
            : new JsonObject
            {
                ["authenticated"] = true,
                ["user"] = SelfReview.Describe(user),
                ["audiences"] = new JsonArray([.. (audiences.Count == 0 ? [ServiceAccountTokens.Issuer] : audiences).Select(item => JsonValue.Create(item))]),
            };
        await ReviewBody.AnswerAsync(request, Kind, review["spec"], status);
    }
}
