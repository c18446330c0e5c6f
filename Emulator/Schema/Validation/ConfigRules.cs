using System.Text.Json;
using System.Text.Json.Nodes;
using Emulator.Api.Resources;
using Emulator.Schema.Defaults;

namespace Emulator.Schema.Validation;

/// <summary>The rules for ConfigMaps and Secrets.</summary>
internal static class ConfigRules
{
    private const long MaxBytes = 1024 * 1024;
    private const string Frozen = "field is immutable when `immutable` is set";

    public static void ConfigMap(JsonObject node, JsonObject? old, Causes causes)
    {
        CheckKeys(node.Map("data"), "data", causes);
        CheckKeys(node.Map("binaryData"), "binaryData", causes);
        foreach (var (key, _) in node.Map("binaryData") ?? [])
        {
            if (node.Map("data")?.ContainsKey(key) == true)
            {
                causes.InvalidText($"data[{key}]", key, "duplicate of key present in binaryData");
            }
        }

        CheckSize(node.Map("data"), node.Map("binaryData"), "", causes);
        CheckFrozen(node, old, causes, "data", "binaryData");
    }

    public static void Secret(JsonObject node, JsonObject? old, Causes causes)
    {
        CheckKeys(node.Map("data"), "data", causes);
        CheckSize(null, node.Map("data"), "data", causes);
        foreach (var key in RequiredKeys(node.Text("type")))
        {
            if (node.Map("data")?.ContainsKey(key) != true || key == "ssh-privatekey" && node.Map("data")!.Text(key) is "")
            {
                causes.Required($"data[{key}]");
            }
        }

        if (node.Text("type") == "kubernetes.io/basic-auth" && node.Map("data") is var login && login?.ContainsKey("username") != true && login?.ContainsKey("password") != true)
        {
            causes.Required("data[username]");
            causes.Required("data[password]");
        }

        CheckDockerConfig(node, causes);
        if (node.Text("type") == "kubernetes.io/service-account-token" && string.IsNullOrEmpty(node.Map("metadata").Map("annotations")?.Text("kubernetes.io/service-account.name")))
        {
            causes.Required("metadata.annotations[kubernetes.io/service-account.name]");
        }

        if (old is not null && old.Text("type") is { } type && type != node.Text("type"))
        {
            causes.Immutable("type", GoQuote.Text(node.Text("type") ?? ""));
        }

        CheckFrozen(node, old, causes, "data");
    }

    private static void CheckDockerConfig(JsonObject node, Causes causes)
    {
        foreach (var key in RequiredKeys(node.Text("type")).Where(key => key.StartsWith(".docker", StringComparison.Ordinal)))
        {
            if (node.Map("data")?.Text(key) is { } encoded && Convert.FromBase64String(encoded) is var json)
            {
                try
                {
                    using var _ = JsonDocument.Parse(json);
                }
                catch (JsonException fault)
                {
                    causes.Invalid($"data[{key}]", "\"<secret contents redacted>\"", GoJsonErrors.Describe(json, fault));
                }
            }
        }
    }

    private static string[] RequiredKeys(string? type) => type switch
    {
        "kubernetes.io/tls" => ["tls.crt", "tls.key"],
        "kubernetes.io/dockerconfigjson" => [".dockerconfigjson"],
        "kubernetes.io/dockercfg" => [".dockercfg"],
        "kubernetes.io/ssh-auth" => ["ssh-privatekey"],
        _ => [],
    };

    private static void CheckKeys(JsonObject? data, string field, Causes causes)
    {
        foreach (var (key, _) in data ?? [])
        {
            if (Names.ConfigKey(key) is { } wrong)
            {
                causes.Fit($"{field}[{key}]", key, wrong);
            }
        }
    }

    private static void CheckSize(JsonObject? texts, JsonObject? bytes, string field, Causes causes)
    {
        var size = (texts ?? []).Sum(entry => (long)System.Text.Encoding.UTF8.GetByteCount(entry.Value?.ToString() ?? ""))
            + (bytes ?? []).Sum(entry => (entry.Value?.ToString().Length ?? 0) * 3L / 4);
        if (size > MaxBytes)
        {
            causes.TooLong(field, MaxBytes);
        }
    }

    private static void CheckFrozen(JsonObject node, JsonObject? old, Causes causes, params string[] fields)
    {
        if (old?.IsTrue("immutable") != true)
        {
            return;
        }

        foreach (var field in fields)
        {
            if (!JsonNode.DeepEquals(old[field], node[field]))
            {
                causes.Forbidden(field, Frozen);
            }
        }

        if (!node.IsTrue("immutable"))
        {
            causes.Forbidden("immutable", Frozen);
        }
    }
}
