namespace AppHost.Preparation;

/// <summary>Where the dashboard listens, and its token; chosen before the model so that every process knows at once where its telemetry goes.</summary>
internal sealed record DashboardAddress(int Port, int OtlpGrpcPort, int OtlpHttpPort, int ResourceServicePort, string Token)
{
    public string LoginUrl => $"http://localhost:{Port}/login?t={Token}";

    /// <summary>Aspire's own settings, as command-line configuration.</summary>
    public string[] Settings =>
    [
        $"--ASPNETCORE_URLS=http://localhost:{Port}",
        $"--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=http://127.0.0.1:{OtlpGrpcPort}",
        $"--ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL=http://127.0.0.1:{OtlpHttpPort}",
        $"--ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL=http://127.0.0.1:{ResourceServicePort}",
        $"--ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN={Token}",
        "--ASPIRE_ALLOW_UNSECURED_TRANSPORT=true",
        "--ASPIRE_VERSION_CHECK_DISABLED=true",
        "--environment=Development",
        // The terminal is for what the lab says: Aspire's own servers log each call of the dashboard.
        "--Logging:LogLevel:Microsoft.AspNetCore=Warning",
        "--Logging:LogLevel:Aspire.Hosting.Dcp=Warning",
    ];
}
