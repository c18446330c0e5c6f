using System.Text.Json.Nodes;
using Emulator.Api.Http;
using Emulator.Api.Security;
using Emulator.Api.Subresources;
using Emulator.Storage;

namespace Emulator.Api.Reviews;

/// <summary>Answers whether somebody may do something: the three access reviews of authorization.k8s.io.</summary>
internal sealed class AccessReview(string plural, string kind, bool namespaced, bool self, ReviewBody bodies, RbacAuthorizer authorizer) : IReview
{
    public string Group => "authorization.k8s.io";

    public string Plural => plural;

    public string Kind => kind;

    public bool Namespaced => namespaced;

    public async Task HandleAsync(ApiRequest request)
    {
        var review = await bodies.ReadAsync(request, kind);
        var spec = review["spec"] as JsonObject ?? [];
        var user = self ? request.User : Subject(spec, kind);
        var access = Access(spec, kind);
        var allowed = authorizer.Allows(user, access);
        var status = new JsonObject { ["allowed"] = allowed };
        if (allowed && !user.IsMaster && authorizer.Reason(user, access) is { } reason)
        {
            status["reason"] = reason;
        }

        await ReviewBody.AnswerAsync(request, kind, spec, status);
    }

    private static UserInfo Subject(JsonObject spec, string kind)
    {
        var name = (spec["user"] as JsonValue)?.ToString() ?? "";
        List<string> groups = [.. (spec["groups"] as JsonArray ?? []).Select(item => item?.ToString() ?? "")];
        return name.Length > 0 || groups.Count > 0
            ? new UserInfo(name, groups)
            : throw ApiErrors.Invalid("authorization.k8s.io", kind, "", [new FieldCause("FieldValueInvalid", "Invalid value: \"\": at least one of user or group must be specified", "spec.user")]);
    }

    private static AccessRequest Access(JsonObject spec, string kind)
    {
        static string Text(JsonNode? node, string field) => (node?[field] as JsonValue)?.ToString() ?? "";

        if (spec["resourceAttributes"] is JsonObject resource)
        {
            return new AccessRequest
            {
                Verb = Text(resource, "verb"),
                Group = Text(resource, "group"),
                Resource = Text(resource, "resource"),
                Subresource = Text(resource, "subresource"),
                Namespace = Text(resource, "namespace"),
                Name = Text(resource, "name"),
            };
        }

        return spec["nonResourceAttributes"] is JsonObject path
            ? new AccessRequest { IsResource = false, Verb = Text(path, "verb"), Path = Text(path, "path") }
            : throw ApiErrors.Invalid("authorization.k8s.io", kind, "", [new FieldCause(
                "FieldValueInvalid", "Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified", "spec.resourceAttributes")]);
    }
}
