using System.Collections;
using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OpenTelemetry.Trace;
using ServiceDefaults;
using Whereami;
using Whereami.Grpc;

var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
    .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");
var settings = WhereamiSettings.FromEnvironment(environment, environment.GetValueOrDefault("HOSTNAME") is { Length: > 0 } name ? name : Environment.MachineName);

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("whereami");
if (settings.TraceSamplingRatio > 0)
{
    builder.Services.ConfigureOpenTelemetryTracerProvider(tracing =>
        tracing.SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(settings.TraceSamplingRatio))));
}

builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    KestrelLimits.Apply(kestrel.Limits);
    Listen(kestrel, settings.Host, settings.Port, settings.GrpcEnabled ? HttpProtocols.Http2 : HttpProtocols.Http1);
    if (settings.GrpcEnabled)
    {
        Listen(kestrel, settings.Host, settings.MetricsPort, HttpProtocols.Http1);
    }
});

builder.Services.AddSingleton(services => WhereamiApp.Create(
    settings,
    new SocketsHttpHandler { UseCookies = false, ActivityHeadersPropagator = null },
    services.GetRequiredService<ILoggerFactory>().CreateLogger("whereami"),
    new ActivitySource("Lab.Whereami")));
if (settings.GrpcEnabled)
{
    GrpcMode.AddServices(builder.Services, settings);
}

var app = builder.Build();
if (settings.GrpcEnabled)
{
    GrpcMode.Map(app, settings);
}
else
{
    app.Run(app.Services.GetRequiredService<WhereamiApp>().InvokeAsync);
}

await app.RunAsync();

static void Listen(KestrelServerOptions kestrel, string host, int port, HttpProtocols protocols)
{
    if (IPAddress.TryParse(host, out var address))
    {
        kestrel.Listen(address, port, listen => listen.Protocols = protocols);
    }
    else if (host == "localhost")
    {
        kestrel.ListenLocalhost(port, listen => listen.Protocols = protocols);
    }
    else
    {
        throw new FormatException($"HOST is '{host}'; expected an address of this machine, such as 0.0.0.0 or [::]");
    }
}
