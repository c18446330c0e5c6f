using System.Diagnostics;
using System.Net.Sockets;
using Aspire.Hosting.Orchestration;

namespace Aspire.Hosting.Dashboard;

/// <summary>The dashboard and the service it asks, brought up in the background: nothing waits for them.</summary>
internal sealed class DashboardHost(DistributedApplication application, DashboardSettings settings, ProcessGuard guard)
{
    // The processes of the application have the processor for themselves while they start.
    private static readonly TimeSpan s_headStart = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stopping = new();
    private readonly ResourceServiceServer _server = new(application, settings);
    private Task _running = Task.CompletedTask;
    private ChildProcess? _dashboard;

    public void Start() => _running = Task.Run(RunAsync);

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAny(_running, Task.Delay(TimeSpan.FromSeconds(2)));
        if (_dashboard is { } dashboard)
        {
            // The dashboard has nothing to save; open pages would hold up its own way of ending.
            await dashboard.EndAsync(TimeSpan.FromMilliseconds(500));
        }

        await _server.DisposeAsync();
    }

    private async Task RunAsync()
    {
        try
        {
            await Task.Delay(s_headStart, _stopping.Token);
            var program = await DashboardProgram.FindAsync(Console.Out.WriteLine, _stopping.Token);
            if (program is null)
            {
                return;
            }

            var resourceService = await _server.StartAsync();
            _dashboard = Launch(program, resourceService);
            guard.Watch(_dashboard);
            await ListeningAsync(_dashboard, _stopping.Token);
            Console.WriteLine($"Login to the dashboard at {LoginUrl()}");
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The application ends before the dashboard is there.
        }
        catch (Exception e)
        {
            Console.Error.WriteLine($"The dashboard could not be started: {e.Message} Everything else runs without it.");
        }
    }

    private ChildProcess Launch(string program, string resourceService)
    {
        var start = new ProcessStartInfo(program, ["dashboard"]) { WorkingDirectory = Path.GetDirectoryName(program)! };
        foreach (var (name, value) in Environment(resourceService))
        {
            start.Environment[name] = value;
        }

        var console = application.Loggers.Console("aspire-dashboard");
        var process = new ChildProcess(start, console.Write);
        process.Start();
        return process;
    }

    private Dictionary<string, string?> Environment(string resourceService) => new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["ASPNETCORE_URLS"] = settings.FrontendUrl,
        ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = settings.OtlpGrpcUrl,
        ["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] = settings.OtlpHttpUrl,
        ["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] = resourceService,
        ["DASHBOARD__RESOURCESERVICECLIENT__AUTHMODE"] = "ApiKey",
        ["DASHBOARD__RESOURCESERVICECLIENT__APIKEY"] = settings.ResourceServiceApiKey,
        ["DASHBOARD__FRONTEND__AUTHMODE"] = settings.BrowserToken is null ? "Unsecured" : "BrowserToken",
        ["DASHBOARD__FRONTEND__BROWSERTOKEN"] = settings.BrowserToken,
        ["DASHBOARD__OTLP__AUTHMODE"] = "ApiKey",
        ["DASHBOARD__OTLP__PRIMARYAPIKEY"] = settings.OtlpApiKey,
        ["DASHBOARD__API__AUTHMODE"] = "ApiKey",
        ["DASHBOARD__API__PRIMARYAPIKEY"] = settings.OtlpApiKey,
        ["DASHBOARD__TELEMETRYLIMITS__MAXTRACECOUNT"] = "2000",
        ["ASPIRE_DASHBOARD_TELEMETRY_OPTOUT"] = "true",
        ["DOTNET_gcServer"] = "0",
        ["DOTNET_GCConserveMemory"] = "5",
    };

    private string LoginUrl() => settings.BrowserToken is null ? settings.FrontendUrl : $"{settings.FrontendUrl}/login?t={settings.BrowserToken}";

    private async Task ListeningAsync(ChildProcess dashboard, CancellationToken cancellationToken)
    {
        var port = new Uri(settings.FrontendUrl).Port;
        while (true)
        {
            if (dashboard.HasExited)
            {
                var last = application.Loggers.Console("aspire-dashboard").Lines().LastOrDefault().Content;
                throw new DistributedApplicationException($"it ended with exit code {dashboard.ExitCode}: {last}");
            }

            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", port, cancellationToken);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
            }
        }
    }
}
