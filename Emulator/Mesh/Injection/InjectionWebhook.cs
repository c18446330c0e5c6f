using System.Text.Json.Nodes;
using Emulator.Controllers;
using Emulator.Mesh.Conversion;
using Emulator.Storage;

namespace Emulator.Mesh.Injection;

/// <summary>Reads one webhook of a MutatingWebhookConfiguration.</summary>
internal static class InjectionWebhook
{
    /// <summary>Whether it is to be called for a new pod.</summary>
    public static bool Selects(JsonObject webhook, JsonObject ns, JsonObject pod) =>
        webhook["rules"].Items().Any(CoversPods) && Matches(webhook["namespaceSelector"], ns) && Matches(webhook["objectSelector"], pod);

    /// <summary>The Service it leads to, when that is istiod's injector.</summary>
    public static ResourceKey? ServiceOf(JsonObject webhook) =>
        webhook["clientConfig"]?["service"] is { } service && service["path"].Text()?.StartsWith("/inject", StringComparison.Ordinal) == true
            ? new ResourceKey(KnownTypes.Services, service["namespace"].Text() ?? "", service["name"].Text() ?? "")
            : null;

    /// <summary>The address as the API server names it in its errors.</summary>
    public static string Url(JsonObject webhook, ResourceKey service) =>
        $"https://{service.Name}.{service.Namespace}.svc:{webhook["clientConfig"]!["service"]!["port"].Int(443)}"
        + $"{webhook["clientConfig"]!["service"]!["path"].Text()}?timeout={webhook["timeoutSeconds"].Int(10)}s";

    // An absent selector selects everything here, unlike in other places.
    private static bool Matches(JsonNode? selector, JsonObject labelled) => selector is null || LabelSelector.Matches(selector, labelled);

    private static bool CoversPods(JsonObject rule) =>
        Has(rule["operations"], "CREATE") && Has(rule["apiGroups"], "") && Has(rule["resources"], "pods");

    private static bool Has(JsonNode? list, string wanted) => list.Texts().Any(item => item == "*" || item == wanted);
}
