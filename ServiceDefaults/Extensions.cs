using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace ServiceDefaults;

public static class Extensions
{
    /// <summary>What every process of the lab has: telemetry, one-line logs, and an end when the process that owns it ends.</summary>
    /// <param name="builder">The application to be.</param>
    /// <param name="serviceName">The name in telemetry, unless OTEL_SERVICE_NAME gives another.</param>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder, string serviceName)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // While this logger is on, ASP.NET Core makes a span of its own for each request, which nobody samples or exports:
        // spans below it are not sampled either.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);

        if (OtlpSettings.FromEnvironment() is not null)
        {
            builder.AddOtlp(serviceName);
        }

        builder.Services.AddHostedService<QuietCompaction>();
        if (Owner.FromEnvironment() is { } owner)
        {
            builder.Services.AddSingleton<IHostedService>(services => new OwnerWatch(
                owner, services.GetRequiredService<IHostApplicationLifetime>(), services.GetRequiredService<ILogger<OwnerWatch>>()));
        }

        return builder;
    }
}
