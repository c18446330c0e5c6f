using System.Text.Json.Nodes;
using Emulator.Api.Http;
using Emulator.Api.Security;
using Emulator.Api.Subresources;

namespace Emulator.Api.Reviews;

/// <summary>Tells the caller who they are.</summary>
internal sealed class SelfReview(ReviewBody bodies) : IReview
{
    public string Group => "authentication.k8s.io";

    public string Plural => "selfsubjectreviews";

    public string Kind => "SelfSubjectReview";

    public bool Namespaced => false;

    public async Task HandleAsync(ApiRequest request)
    {
        await bodies.ReadAsync(request, Kind);
        await ReviewBody.AnswerAsync(request, Kind, null, new JsonObject { ["userInfo"] = Describe(request.User) });
    }

    public static JsonObject Describe(UserInfo user)
    {
        var info = new JsonObject { ["username"] = user.Name };
        if (user.Uid.Length > 0)
        {
            info["uid"] = user.Uid;
        }

        info["groups"] = List(user.Groups);
        if (user.Extra.Count > 0)
        {
            info["extra"] = new JsonObject([.. user.Extra.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)List(entry.Value)))]);
        }

        return info;
    }

    private static JsonArray List(IEnumerable<string> values) => new([.. values.Select(value => JsonValue.Create(value))]);
}
