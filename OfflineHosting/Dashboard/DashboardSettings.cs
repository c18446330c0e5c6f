using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Dashboard;

/// <summary>Where the dashboard and the service behind it listen, and the keys between them; names as in Aspire.</summary>
internal sealed record DashboardSettings(
    bool Enabled,
    string ApplicationName,
    string FrontendUrl,
    string? OtlpGrpcUrl,
    string? OtlpHttpUrl,
    string ResourceServiceUrl,
    string? BrowserToken,
    string OtlpApiKey,
    string ResourceServiceApiKey)
{
    public static DashboardSettings Read(IConfiguration configuration, DistributedApplicationOptions options) => new(
        !options.DisableDashboard,
        options.DashboardApplicationName ?? "AppHost",
        configuration["ASPNETCORE_URLS"] ?? "http://localhost:18888",
        configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"],
        configuration["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"],
        configuration["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] ?? "http://127.0.0.1:0",
        configuration["ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS"] is "true"
            ? null
            : configuration["ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN"] ?? NewKey(),
        configuration["AppHost:OtlpApiKey"] ?? NewKey(),
        configuration["ASPIRE_DASHBOARD_RESOURCESERVICE_APIKEY"] ?? NewKey());

    private static string NewKey() => RandomNumberGenerator.GetHexString(32, lowercase: true);
}
