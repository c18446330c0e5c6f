using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static class OtlpConfigurationExtensions
{
    /// <summary>Tells the process where the dashboard takes telemetry.</summary>
    public static IResourceBuilder<T> WithOtlpExporter<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEnvironment
    {
        var dashboard = ((DistributedApplicationBuilder)builder.ApplicationBuilder).Dashboard;
        if (!dashboard.Enabled || dashboard.OtlpGrpcUrl is null)
        {
            return builder;
        }

        var name = builder.Resource.Name;
        return builder
            .WithEnvironment("OTEL_EXPORTER_OTLP_ENDPOINT", dashboard.OtlpGrpcUrl)
            .WithEnvironment("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
            .WithEnvironment("OTEL_EXPORTER_OTLP_HEADERS", $"x-otlp-api-key={dashboard.OtlpApiKey}")
            .WithEnvironment("OTEL_SERVICE_NAME", name)
            .WithEnvironment("OTEL_RESOURCE_ATTRIBUTES", $"service.instance.id={name}")
            .WithEnvironment("OTEL_BLRP_SCHEDULE_DELAY", "1000")
            .WithEnvironment("OTEL_BSP_SCHEDULE_DELAY", "1000")
            .WithEnvironment("OTEL_METRIC_EXPORT_INTERVAL", "1000")
            .WithEnvironment("OTEL_TRACES_SAMPLER", "always_on")
            .WithEnvironment("OTEL_METRICS_EXEMPLAR_FILTER", "trace_based");
    }
}
