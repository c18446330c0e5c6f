using System.Text.Json;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Http;

/// <summary>The metav1.Status object with which the API refuses or confirms.</summary>
internal static class StatusBody
{
    public static JsonObject Failure(ApiException refusal)
    {
        var status = New("Failure");
        if (refusal.ListContinue is { } token)
        {
            status["metadata"]!["continue"] = token;
        }

        status["message"] = refusal.Message;
        if (refusal.Reason.Length > 0)
        {
            status["reason"] = refusal.Reason;
        }

        if (refusal.Details is { } details)
        {
            status["details"] = details.DeepClone();
        }

        if (refusal.RetryAfterSeconds is { } seconds)
        {
            var said = status["details"] as JsonObject ?? (JsonObject)(status["details"] = new JsonObject());
            said["retryAfterSeconds"] = seconds;
        }

        status["code"] = refusal.Code;
        return status;
    }

    public static JsonObject Deleted(ResourceType type, string name, string uid)
    {
        var details = new JsonObject { ["name"] = name };
        if (type.Group.Length > 0)
        {
            details["group"] = type.Group;
        }

        details["kind"] = type.Plural;
        details["uid"] = uid;
        var status = New("Success");
        status["details"] = details;
        return status;
    }

    public static byte[] Bytes(JsonObject status) => JsonSerializer.SerializeToUtf8Bytes(status, StoreJson.Options);

    public static JsonObject New(string outcome) => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = outcome,
    };
}
