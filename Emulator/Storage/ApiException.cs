using System.Text.Json.Nodes;

namespace Emulator.Storage;

/// <summary>A refusal in the API's own terms: the <c>Status</c> object that the client is sent.</summary>
internal sealed class ApiException(int code, string reason, string message, JsonObject? details = null) : Exception(message)
{
    public int Code => code;

    /// <summary>The machine-readable reason, such as <c>NotFound</c> (k8s.io/apimachinery, metav1.StatusReason).</summary>
    public string Reason => reason;

    public JsonObject? Details => details;

    /// <summary>Seconds after which trying again makes sense; sent as Retry-After.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>With an expired list: the token to go on with, as <c>metadata.continue</c>.</summary>
    public string? ListContinue { get; init; }
}
