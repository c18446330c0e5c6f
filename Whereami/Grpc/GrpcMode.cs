using Grpc.Health.V1;
using Grpc.HealthCheck;

namespace Whereami.Grpc;

/// <summary>GRPC_ENABLED: the service, its health and its description over gRPC instead of HTTP.</summary>
internal static class GrpcMode
{
    private static readonly string[] Services =
        ["", "whereami.Whereami", "grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection"];

    public static void AddServices(IServiceCollection services, WhereamiSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton<GrpcBackend>();
        services.AddSingleton<CallObserver>();
        services.AddSingleton<HealthServiceImpl>();
        services.AddGrpc(grpc => grpc.Interceptors.Add<CallObserver>());
        services.AddGrpcReflection();
    }

    public static void Map(WebApplication app, WhereamiSettings settings)
    {
        var health = app.Services.GetRequiredService<HealthServiceImpl>();
        foreach (var service in Services)
        {
            health.SetStatus(service, HealthCheckResponse.Types.ServingStatus.Serving);
        }

        app.MapGrpcService<WhereamiService>();
        app.MapGrpcService<HealthServiceImpl>();
        app.MapGrpcReflectionService();

        var calls = app.Services.GetRequiredService<CallObserver>();
        app.MapGet("/metrics", context =>
        {
            if (context.Connection.LocalPort != settings.MetricsPort)
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }

            context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            return context.Response.WriteAsync(calls.Render());
        });
    }
}
