using System.Net;
using System.Text.Json.Nodes;
using Emulator.Mesh.Conversion;
using Emulator.Storage;

namespace Emulator.Mesh.Validation;

/// <summary>The rules of Istio's ValidateAuthorizationPolicy.</summary>
internal static class AuthorizationPolicyValidation
{
    private static readonly string[] Keys =
    [
        "source.ip", "remote.ip", "source.namespace", "source.principal", "source.serviceAccount", "request.auth.principal", "request.auth.audiences",
        "request.auth.presenter", "destination.ip", "destination.port", "connection.sni",
    ];

    public static void Validate(JsonObject spec, ValidationResult result)
    {
        var action = spec["action"].Text() ?? "ALLOW";
        result.Require(action is "ALLOW" or "DENY" or "AUDIT" or "CUSTOM", $"unknown action \"{action}\": expected ALLOW, DENY, AUDIT or CUSTOM");
        result.Require(action != "DENY" || spec["rules"] is not null, "a deny policy without `rules` is meaningless as it will never be triggered");
        result.Require(action != "CUSTOM" || spec["provider"]?["name"].Text() is { Length: > 0 }, "`provider.name` must not be empty for action CUSTOM");
        result.Require(action == "CUSTOM" || spec["provider"] is null, $"`provider` must not be with `action: {action}`, found: {spec["provider"]?.ToJsonString()}");
        var index = 0;
        foreach (var rule in spec["rules"].Items())
        {
            Rule(rule, $"at rule {index++}", result);
        }
    }

    private static void Rule(JsonObject rule, string where, ValidationResult result)
    {
        result.Require(rule["from"] is not JsonArray { Count: 0 }, $"`from` cannot be empty, found {where}");
        result.Require(rule["to"] is not JsonArray { Count: 0 }, $"`to` cannot be empty, found {where}");
        foreach (var from in rule["from"].Items())
        {
            result.Require(from["source"] is JsonObject { Count: > 0 }, $"`from.source` cannot be empty, found {where}");
            foreach (var field in (ReadOnlySpan<string>)["ipBlocks", "notIpBlocks", "remoteIpBlocks", "notRemoteIpBlocks"])
            {
                Addresses(from["source"]?[field], field, where, result);
            }
        }

        foreach (var to in rule["to"].Items())
        {
            result.Require(to["operation"] is JsonObject { Count: > 0 }, $"`to.operation` cannot be empty, found {where}");
            foreach (var port in to["operation"]?["ports"].Texts().Concat(to["operation"]?["notPorts"].Texts() ?? []) ?? [])
            {
                result.Require(int.TryParse(port, out var number) && number is >= 0 and <= 65535, $"invalid port {port}: expected a number from 0 to 65535, found {where}");
            }
        }

        foreach (var when in rule["when"].Items())
        {
            Condition(when, where, result);
        }
    }

    private static void Condition(JsonObject when, string where, ValidationResult result)
    {
        var key = when["key"].Text() ?? "";
        var isKnown = Keys.Contains(key)
            || (key.EndsWith(']') && (key.StartsWith("request.headers[", StringComparison.Ordinal) || key.StartsWith("request.auth.claims[", StringComparison.Ordinal)));
        result.Require(key.Length > 0, $"`key` cannot be empty, found {where}");
        result.Require(key.Length == 0 || isKnown, $"unknown attribute {key}: expected one of {string.Join(", ", Keys)}, request.headers[NAME] or request.auth.claims[NAME], found {where}");
        result.Require(when["values"].Texts().Any() || when["notValues"].Texts().Any(), $"at least one of `values` or `notValues` must be set for key {key}, found {where}");
        if (key is "source.ip" or "remote.ip" or "destination.ip")
        {
            Addresses(when["values"], key, where, result);
            Addresses(when["notValues"], key, where, result);
        }
    }

    private static void Addresses(JsonNode? values, string field, string where, ValidationResult result)
    {
        foreach (var text in values.Texts())
        {
            result.Require(
                IPNetwork.TryParse(text, out _) || IPAddress.TryParse(text, out _), $"{field}: \"{text}\" is neither an address nor a range such as 10.0.0.0/8, found {where}");
        }
    }
}
