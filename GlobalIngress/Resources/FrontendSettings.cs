using System.Text.Json.Nodes;
using GlobalIngress.Kubernetes;

namespace GlobalIngress.Resources;

/// <summary>What a FrontendConfig says about the side that clients see.</summary>
/// <param name="RedirectStatus">The status that sends clients of HTTP to HTTPS; null where they are served.</param>
internal sealed record FrontendSettings(int? RedirectStatus)
{
    // https://docs.cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration#https_redirect
    private static readonly Dictionary<string, int> Codes = new()
    {
        ["MOVED_PERMANENTLY_DEFAULT"] = StatusCodes.Status301MovedPermanently,
        ["FOUND"] = StatusCodes.Status302Found,
        ["SEE_OTHER"] = StatusCodes.Status303SeeOther,
        ["TEMPORARY_REDIRECT"] = StatusCodes.Status307TemporaryRedirect,
        ["PERMANENT_REDIRECT"] = StatusCodes.Status308PermanentRedirect,
    };

    private static readonly string[] Supported = ["redirectToHttps"];

    public static FrontendSettings Default { get; } = new((int?)null);

    public static FrontendSettings Read(JsonObject item)
    {
        var redirect = item.Object("spec").Object("redirectToHttps");
        return redirect.Text("enabled") != "true" ? Default
            : new FrontendSettings(redirect.Text("responseCodeName") is not { Length: > 0 } name ? StatusCodes.Status301MovedPermanently
                : Codes.TryGetValue(name, out var code) ? code
                : null);
    }

    /// <summary>What of a FrontendConfig the lab does not do.</summary>
    public static IEnumerable<string> Warnings(JsonObject item)
    {
        var spec = item.Object("spec");
        foreach (var field in (spec ?? []).Select(field => field.Key).Except(Supported))
        {
            yield return field == "sslPolicy"
                ? $"FrontendConfig {item.Key()}: sslPolicy '{spec.Text(field)}' has no effect here: SSL policies are objects of Compute Engine; the lab's VIP speaks TLS 1.2 and 1.3"
                : $"FrontendConfig {item.Key()}: {field} has no effect here";
        }

        if (spec.Object("redirectToHttps").Text("responseCodeName") is { Length: > 0 } name && !Codes.ContainsKey(name))
        {
            yield return $"FrontendConfig {item.Key()}: redirectToHttps.responseCodeName is '{name}'; expected one of {string.Join(", ", Codes.Keys)}";
        }
    }
}
