using System.Text.Json.Nodes;
using Emulator.Api.Http;
using Emulator.Api.Security;
using Emulator.Api.Subresources;
using Emulator.Storage;

namespace Emulator.Api.Reviews;

/// <summary>Lists what the caller may do in a namespace.</summary>
internal sealed class RulesReview(ReviewBody bodies, RbacAuthorizer authorizer) : IReview
{
    public string Group => "authorization.k8s.io";

    public string Plural => "selfsubjectrulesreviews";

    public string Kind => "SelfSubjectRulesReview";

    public bool Namespaced => false;

    public async Task HandleAsync(ApiRequest request)
    {
        var review = await bodies.ReadAsync(request, Kind);
        var ns = (review["spec"]?["namespace"] as JsonValue)?.ToString() ?? "";
        if (ns.Length == 0)
        {
            throw ApiErrors.BadRequest("no namespace on request");
        }

        var resources = new JsonArray();
        var paths = new JsonArray();
        var rules = request.User.IsMaster
            ? authorizer.Rules(request.User, ns).DefaultIfEmpty(new PolicyRule(["*"], ["*"], ["*"], [], []))
            : authorizer.Rules(request.User, ns);
        foreach (var rule in rules)
        {
            if (rule.Resources.Count > 0)
            {
                var entry = new JsonObject { ["verbs"] = List(rule.Verbs), ["apiGroups"] = List(rule.Groups), ["resources"] = List(rule.Resources) };
                if (rule.Names.Count > 0)
                {
                    entry["resourceNames"] = List(rule.Names);
                }

                resources.Add(entry);
            }

            if (rule.Paths.Count > 0)
            {
                paths.Add(new JsonObject { ["verbs"] = List(rule.Verbs), ["nonResourceURLs"] = List(rule.Paths) });
            }
        }

        var status = new JsonObject { ["resourceRules"] = resources, ["nonResourceRules"] = paths, ["incomplete"] = false };
        await ReviewBody.AnswerAsync(request, Kind, new JsonObject(), status);
    }

    private static JsonArray List(IEnumerable<string> values) => new([.. values.Select(value => JsonValue.Create(value))]);
}
