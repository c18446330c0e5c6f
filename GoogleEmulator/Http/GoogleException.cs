using System.Text.Json.Nodes;

namespace GoogleEmulator.Http;

/// <summary>A request that Google's API would refuse, with its own words.</summary>
/// <param name="code">The HTTP status.</param>
/// <param name="status">The canonical code, such as <c>NOT_FOUND</c>.</param>
/// <param name="reason">The older APIs' word for it, such as <c>notFound</c>.</param>
internal sealed class GoogleException(int code, string status, string message, string reason, JsonArray? details = null) : Exception(message)
{
    public int Code => code;

    public string Status => status;

    public string Reason => reason;

    /// <summary>The body of the answer.</summary>
    public JsonObject ToBody()
    {
        var error = new JsonObject
        {
            ["code"] = code,
            ["message"] = Message,
            ["status"] = status,
            ["errors"] = new JsonArray(new JsonObject { ["message"] = Message, ["domain"] = "global", ["reason"] = reason }),
        };
        if (details is not null)
        {
            error["details"] = details.DeepClone();
        }

        return new JsonObject { ["error"] = error };
    }

    public static GoogleException Invalid(string message) => new(400, "INVALID_ARGUMENT", message, "invalid");

    public static GoogleException FailedPrecondition(string message) => new(400, "FAILED_PRECONDITION", message, "failedPrecondition");

    public static GoogleException Unauthenticated() => new(
        401,
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. "
            + "See https://developers.google.com/identity/sign-in/web/devconsole-project.",
        "authError");

    public static GoogleException Forbidden(string message, JsonArray? details = null) => new(403, "PERMISSION_DENIED", message, "forbidden", details);

    public static GoogleException NotFound(string message) => new(404, "NOT_FOUND", message, "notFound");

    public static GoogleException AlreadyExists(string message) => new(409, "ALREADY_EXISTS", message, "alreadyExists");

    /// <summary>What the emulator does not have; nothing is answered as if it were there.</summary>
    /// <remarks>Not the status 501, which goes with UNIMPLEMENTED: gcloud takes that for a fault of the network and tries again for half a minute.</remarks>
    public static GoogleException Unimplemented(string what) =>
        new(400, "UNIMPLEMENTED", $"GoogleEmulator does not have {what}: it has only what the lab's gcloud commands call", "notImplemented");
}
