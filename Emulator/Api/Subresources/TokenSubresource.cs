using System.Text.Json.Nodes;
using Emulator.Api.Http;
using Emulator.Api.Resources;
using Emulator.Api.Security;
using Emulator.Storage;

namespace Emulator.Api.Subresources;

/// <summary>Issues a token for a service account (authentication.k8s.io/v1 TokenRequest).</summary>
internal sealed class TokenSubresource(Registry registry, RequestBody bodies, ServiceAccountTokens tokens, TimeProvider time) : ISubresource
{
    private const long Least = 600;
    private const long Usual = 3600;

    public bool Serves(ResourceDefinition definition, string subresource) => definition.Type == KnownTypes.ServiceAccounts && subresource == "token";

    public async Task HandleAsync(ApiRequest request)
    {
        if (request.Info.Verb != "create")
        {
            throw HttpErrors.MethodNotAllowed();
        }

        var body = await RequestBody.ReadAsync(request.Http);
        var asked = bodies.Decode(RequestBody.MediaType(request.Http), body, "TokenRequest").Node;
        var account = registry.Get(KnownTypes.ServiceAccounts, request.Namespace, request.Info.Name);
        var seconds = asked["spec"]?["expirationSeconds"].AsLong() ?? Usual;
        if (seconds < Least)
        {
            throw ApiErrors.Invalid("authentication.k8s.io", "TokenRequest", "", [new FieldCause(
                "FieldValueInvalid", $"Invalid value: {seconds}: may not specify a duration less than 10 minutes", "spec.expirationSeconds")]);
        }

        List<string> audiences = [.. (asked["spec"]?["audiences"] as JsonArray ?? []).Select(item => item!.GetValue<string>())];
        if (audiences.Count == 0)
        {
            audiences.Add(ServiceAccountTokens.Issuer);
        }

        var bound = asked["spec"]?["boundObjectRef"] as JsonObject;
        var expires = time.GetUtcNow().AddSeconds(seconds);
        var token = tokens.Issue(request.Namespace, account.Key.Name, account.Node.Uid(), audiences, expires, bound is null ? null : Bound(request, bound));
        var answer = new JsonObject
        {
            ["kind"] = "TokenRequest",
            ["apiVersion"] = "authentication.k8s.io/v1",
            ["metadata"] = new JsonObject
            {
                ["name"] = account.Key.Name,
                ["namespace"] = request.Namespace,
                ["creationTimestamp"] = Registry.Timestamp(time.GetUtcNow()),
                ["managedFields"] = ManagedFields(request, asked),
            },
            ["spec"] = new JsonObject
            {
                ["audiences"] = new JsonArray([.. audiences.Select(audience => JsonValue.Create(audience))]),
                ["expirationSeconds"] = seconds,
                ["boundObjectRef"] = bound?.DeepClone(),
            },
            ["status"] = new JsonObject { ["token"] = token, ["expirationTimestamp"] = Registry.Timestamp(expires) },
        };
        await ApiResponse.WriteJsonAsync(request.Http, ObjectEncoder.Serialize(answer), 201);
    }

    private BoundObject Bound(ApiRequest request, JsonObject reference)
    {
        var kind = reference.Kind();
        var name = (reference["name"] as JsonValue)?.ToString() ?? "";
        var type = kind switch
        {
            "Pod" => KnownTypes.Pods,
            "Secret" => KnownTypes.Secrets,
            _ => throw ApiErrors.BadRequest($"cannot bind token for serviceaccount \"{request.Info.Name}\" to object type with kind \"{kind}\""),
        };
        var uid = registry.Get(type, request.Namespace, name).Node.Uid();
        return (reference["uid"] as JsonValue)?.ToString() is not { Length: > 0 } wanted || wanted == uid
            ? new BoundObject(kind, name, uid)
            : throw ApiErrors.Conflict(type, name, $"the UID in the bound object reference ({wanted}) does not match the UID in record. The object might have been deleted and then recreated");
    }

    private JsonArray ManagedFields(ApiRequest request, JsonObject asked)
    {
        var fields = new JsonObject();
        foreach (var name in (string[])["audiences", "boundObjectRef", "expirationSeconds"])
        {
            if (asked["spec"]?[name] is not null)
            {
                fields[$"f:{name}"] = new JsonObject();
            }
        }

        return new JsonArray(new JsonObject
        {
            ["manager"] = request.FieldManager,
            ["operation"] = "Update",
            ["apiVersion"] = "authentication.k8s.io/v1",
            ["time"] = Registry.Timestamp(time.GetUtcNow()),
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = new JsonObject { ["f:spec"] = fields },
            ["subresource"] = "token",
        });
    }
}
