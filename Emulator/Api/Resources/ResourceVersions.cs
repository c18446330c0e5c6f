using System.Globalization;
using System.Text.Json.Nodes;
using Emulator.Api.Http;
using Emulator.Storage;

namespace Emulator.Api.Resources;

/// <summary>The meaning of resourceVersion and resourceVersionMatch in a request.</summary>
internal static class ResourceVersions
{
    /// <summary>The exact revision to list at; null: the newest will do.</summary>
    /// <exception cref="ApiException">400, 422, or 504 for a revision of the future.</exception>
    public static long? ForList(ApiRequest request, int limit, bool continued, long newest)
    {
        var text = request.Query("resourceVersion") ?? "";
        var match = request.Query("resourceVersionMatch") ?? "";
        if (request.Query("sendInitialEvents") is { Length: > 0 })
        {
            throw Invalid("FieldValueForbidden", "Forbidden: sendInitialEvents is forbidden for list", "sendInitialEvents");
        }

        Check(text, match, continued, watch: false);
        var wanted = text.Length == 0 ? 0 : Parse(text);
        if (continued && wanted > 0)
        {
            throw ApiErrors.BadRequest("specifying resource version is not allowed when using continue");
        }

        if (wanted > newest)
        {
            throw TooLarge(wanted, newest);
        }

        return wanted > 0 && (match == "Exact" || match.Length == 0 && limit > 0) ? wanted : null;
    }

    /// <exception cref="ApiException">422.</exception>
    public static void Check(string version, string match, bool continued, bool watch)
    {
        if (match.Length == 0)
        {
            return;
        }

        string? why = watch ? "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"
            : continued ? "resourceVersionMatch is forbidden when continue is provided"
            : version.Length == 0 ? "resourceVersionMatch is forbidden unless resourceVersion is provided"
            : null;
        if (why is not null)
        {
            throw Invalid("FieldValueForbidden", $"Forbidden: {why}");
        }

        if (match is not ("Exact" or "NotOlderThan"))
        {
            throw Invalid("FieldValueNotSupported", $"Unsupported value: \"{match}\": supported values: \"Exact\", \"NotOlderThan\", \"\"");
        }

        if (match == "Exact" && version == "0")
        {
            throw Invalid("FieldValueForbidden", "Forbidden: resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
        }
    }

    /// <exception cref="ApiException">500 without a reason, as the real server has it.</exception>
    public static long Parse(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw new ApiException(500, "", $"resourceVersion: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax");

    public static ApiException TooLarge(long wanted, long newest)
    {
        var message = $"Too large resource version: {wanted}, current: {newest}";
        return new ApiException(504, "Timeout", $"Timeout: {message}", new JsonObject
        {
            ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" }),
        })
        { RetryAfterSeconds = 1 };
    }

    private static ApiException Invalid(string reason, string message, string field = "resourceVersionMatch") =>
        ApiErrors.Invalid("meta.k8s.io", "ListOptions", "", [new FieldCause(reason, message, field)]);
}
