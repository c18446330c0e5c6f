using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Emulator.Mesh.Conversion;
using Emulator.Storage;

namespace Emulator.Mesh.Validation;

/// <summary>The rules of Istio's validateHTTPRoute.</summary>
internal static class HttpRouteValidation
{
    private static readonly string[] RetryPolicies =
    [
        "5xx", "gateway-error", "reset", "reset-before-request", "connect-failure", "retriable-4xx", "refused-stream", "retriable-status-codes", "retriable-headers",
        "envoy-ratelimited", "http3-post-connect-failure", "cancelled", "deadline-exceeded", "internal", "resource-exhausted", "unavailable",
    ];

    public static void Validate(JsonObject route, bool isDelegate, ValidationResult result)
    {
        Conflicts(route, isDelegate, result);
        foreach (var match in route["match"].Items())
        {
            Match(match, result);
        }

        Destinations(route["route"].Items().ToList(), result);
        Redirect(route["redirect"], result);
        if (route["directResponse"] is JsonObject direct)
        {
            Status(direct["status"], result);
        }

        Rewrite(route["rewrite"], result);
        Retries(route["retries"], result);
        Fault(route["fault"], result);
        result.Add(Names.Duration(route["timeout"]));
        if (route["mirror"]?["host"].Text() is { } mirror)
        {
            result.Add(Names.WildcardDomain(mirror));
        }
    }

    private static void Conflicts(JsonObject route, bool isDelegate, ValidationResult result)
    {
        var name = route["name"].Text() ?? "";
        var destinations = route["route"] is JsonArray { Count: > 0 };
        var redirect = route["redirect"] is not null;
        var direct = route["directResponse"] is not null;
        if (route["delegate"] is not null)
        {
            result.Require(!isDelegate, "delegate HTTP route cannot contain delegate");
            result.Require(!redirect, $"root HTTP route {name} must not specify redirect");
            result.Require(route["route"] is null, $"root HTTP route {name} must not specify route");
            return;
        }

        if (redirect)
        {
            result.Require(!destinations, "HTTP route cannot contain both route and redirect");
            result.Require(route["fault"] is null, "HTTP route cannot contain both fault and redirect");
            result.Require(route["rewrite"] is null, "HTTP route rule cannot contain both rewrite and redirect");
            result.Require(!direct, "HTTP route rule cannot contain both direct_response and redirect");
        }
        else if (direct)
        {
            result.Require(!destinations, "HTTP route cannot contain both route and direct_response");
            result.Require(route["fault"] is null, "HTTP route cannot contain both fault and direct_response");
            result.Require(route["rewrite"] is null, "HTTP route rule cannot contain both rewrite and direct_response");
        }
        else
        {
            result.Require(destinations, "HTTP route, redirect or direct_response is required");
        }

        result.Require(route["mirror"] is null || route["mirrors"] is not JsonArray { Count: > 0 }, "HTTP route cannot contain both mirror and mirrors");
    }

    private static void Match(JsonObject match, ValidationResult result)
    {
        foreach (var field in (ReadOnlySpan<string>)["uri", "scheme", "method", "authority"])
        {
            Text(match[field], field, prefixMayBeEmpty: field == "uri", result);
        }

        foreach (var field in (ReadOnlySpan<string>)["headers", "withoutHeaders", "queryParams"])
        {
            foreach (var (_, value) in match[field] as JsonObject ?? [])
            {
                if (field != "withoutHeaders" || value?["regex"].Text() != "*")
                {
                    Text(value, field, prefixMayBeEmpty: false, result);
                }
            }
        }

        if (match["port"].AsLong() is { } port && port != 0)
        {
            result.Add(Names.Port(port));
        }

        foreach (var gateway in match["gateways"].Texts())
        {
            VirtualServiceValidation.GatewayName(gateway, result);
        }
    }

    private static void Text(JsonNode? match, string where, bool prefixMayBeEmpty, ValidationResult result)
    {
        result.Require(prefixMayBeEmpty || match?["prefix"].Text() != "", $"\"{where}\": prefix string match should not be empty");
        if (match?["regex"].Text() is not { } regex)
        {
            return;
        }

        if (regex.Length is 0 or > 1024)
        {
            result.Errors.Add(regex.Length == 0 ? $"\"{where}\": regex string match should not be empty" : $"\"{where}\": regex is too large, max length allowed is 1024");
            return;
        }

        try
        {
            // Non-backtracking is, like RE2, without look-around and back-references.
            _ = new Regex(regex, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            result.Errors.Add(
                $"\"{where}\": error parsing regexp: {e.Message}; Istio uses RE2 style regex-based match (https://github.com/google/re2/wiki/Syntax)");
        }
    }

    private static void Destinations(List<JsonObject> routes, ValidationResult result)
    {
        var total = 0L;
        foreach (var route in routes)
        {
            var host = route["destination"]?["host"].Text() ?? "";
            result.Add(host == "*" ? "invalid destination host *" : Names.WildcardDomain(host));
            if (route["destination"]?["subset"].Text() is { Length: > 0 } subset)
            {
                result.Require(Names.IsLabel(subset), $"subset name is invalid: {subset}");
            }

            if (route["destination"]?["port"] is JsonObject port)
            {
                result.Add(Names.Port(port["number"].AsLong() ?? 0));
            }

            var weight = route["weight"].AsLong() ?? 0;
            result.Require(weight >= 0, $"weight {weight} < 0");
            total += weight;
        }

        result.Require(routes.Count < 2 || total != 0, "total destination weight = 0");
    }

    private static void Redirect(JsonNode? redirect, ValidationResult result)
    {
        if (redirect is null)
        {
            return;
        }

        bool Has(string field) => redirect[field].Text() is { Length: > 0 };
        result.Require(!(Has("uri") && Has("prefixRewrite")), "redirect may only specify one of uri or prefix_rewrite");
        result.Require(
            Has("uri") || Has("prefixRewrite") || Has("authority") || Has("scheme") || redirect["port"] is not null || redirect["derivePort"] is not null,
            "redirect must specify URI, authority, scheme, or port");
        var code = redirect["redirectCode"].AsLong() ?? 0;
        result.Require(code is 0 or (>= 300 and <= 399), $"{code} is not a valid redirect code, must be 3xx");
        result.Require(redirect["scheme"].Text() is null or "" or "http" or "https", "invalid redirect scheme, must be \"http\" or \"https\"");
    }

    private static void Rewrite(JsonNode? rewrite, ValidationResult result)
    {
        if (rewrite is not null)
        {
            var uri = rewrite["uri"].Text() is { Length: > 0 };
            result.Require(!(uri && rewrite["uriRegexRewrite"] is not null), "rewrite may only contain one of URI or UriRegexRewrite");
            result.Require(
                uri || rewrite["uriRegexRewrite"] is not null || rewrite["authority"].Text() is { Length: > 0 },
                "rewrite must specify at least one of URI, UriRegexRewrite, or authority. Only one of URI or UriRegexRewrite may be specified");
        }
    }

    private static void Retries(JsonNode? retries, ValidationResult result)
    {
        if (retries is null)
        {
            return;
        }

        var attempts = retries["attempts"].AsLong() ?? 0;
        result.Require(attempts >= 0, "attempts cannot be negative");
        result.Require(
            attempts != 0 || (retries["perTryTimeout"] is null && retries["retryOn"] is null && retries["retryRemoteLocalities"] is null),
            "http retry policy configured when attempts are set to 0 (disabled)");
        result.Add(Names.Duration(retries["perTryTimeout"]));
        result.Add(Names.Duration(retries["backoff"]));
        foreach (var policy in (retries["retryOn"].Text() ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            result.Require(
                RetryPolicies.Contains(policy) || (int.TryParse(policy, out var status) && status is >= 100 and < 600), $"\"{policy}\" is not a valid retryOn policy");
        }
    }

    private static void Fault(JsonNode? fault, ValidationResult result)
    {
        if (fault is null)
        {
            return;
        }

        result.Require(fault["abort"] is not null || fault["delay"] is not null, "HTTP fault injection must have an abort and/or a delay");
        result.Add(Names.Percent(fault["abort"]?["percentage"]));
        result.Add(Names.Percent(fault["delay"]?["percentage"]));
        result.Add(Names.Duration(fault["delay"]?["fixedDelay"]));
        result.Require(fault["delay"]?["exponentialDelay"] is null, "exponentialDelay not supported yet");
        result.Require(fault["abort"]?["http2Error"] is null, "HTTP/2 abort fault injection not supported yet");
        if (fault["abort"]?["httpStatus"] is { } status)
        {
            Status(status, result);
        }
    }

    private static void Status(JsonNode? node, ValidationResult result)
    {
        var status = node.AsLong() ?? 0;
        result.Require(status is >= 200 and <= 600, $"HTTP status {status} is not in range 200-599");
    }
}
