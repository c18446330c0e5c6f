using System.Globalization;
using Emulator.Api.Http;
using Emulator.Storage;

namespace Emulator.Api.Resources;

/// <summary>Where a watch begins, what it sends first and how long it lasts.</summary>
internal sealed record WatchStart(long? Revision, bool SendInitial, bool EndBookmark, bool Bookmarks, TimeSpan Timeout)
{
    public static WatchStart From(ApiRequest request)
    {
        var version = request.Query("resourceVersion") ?? "";
        var match = request.Query("resourceVersionMatch") ?? "";
        var bookmarks = request.Flag("allowWatchBookmarks");
        bool? initialEvents = request.Query("sendInitialEvents") is { Length: > 0 } ? request.Flag("sendInitialEvents") : null;
        if (initialEvents is null)
        {
            ResourceVersions.Check(version, match, continued: false, watch: true);
        }
        else if (match != "NotOlderThan")
        {
            var (reason, message) = match.Length == 0
                ? ("FieldValueForbidden", "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")
                : ("FieldValueNotSupported", $"Unsupported value: \"{match}\": supported values: \"NotOlderThan\"");
            throw ApiErrors.Invalid("meta.k8s.io", "ListOptions", "", [new FieldCause(reason, message, "resourceVersionMatch")]);
        }

        if (request.Query("continue") is { Length: > 0 })
        {
            throw ApiErrors.BadRequest("specifying continue is not allowed when watching");
        }

        long? revision = version.Length == 0 ? null : ResourceVersions.Parse(version);
        var sendInitial = initialEvents ?? revision is null or 0;
        return new WatchStart(
            revision is 0 && !sendInitial ? null : revision,
            sendInitial,
            EndBookmark: initialEvents == true && bookmarks,
            bookmarks,
            Duration(request.Query("timeoutSeconds")));
    }

    /// <summary>As long as asked, else 30 to 60 minutes, spread so that clients do not all return together.</summary>
    private static TimeSpan Duration(string? seconds) =>
        string.IsNullOrEmpty(seconds) || seconds == "0" ? TimeSpan.FromSeconds(1800 + Random.Shared.Next(1800))
        : long.TryParse(seconds, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var wanted) ? TimeSpan.FromSeconds(Math.Clamp(wanted, 0, 86_400))
        : throw ApiErrors.BadRequest($"strconv.ParseInt: parsing \"{seconds}\": invalid syntax");
}
