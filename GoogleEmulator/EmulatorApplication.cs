using System.Net;
using GoogleEmulator.Clusters;
using GoogleEmulator.Compute;
using GoogleEmulator.Container;
using GoogleEmulator.Faults;
using GoogleEmulator.Fleets;
using GoogleEmulator.Http;
using GoogleEmulator.Ingress;
using GoogleEmulator.Mesh;
using GoogleEmulator.Projects;
using GoogleEmulator.Routes;
using GoogleEmulator.Services;
using GoogleEmulator.Shell;
using Provisioner.Mesh;
using ServiceDefaults;

namespace GoogleEmulator;

/// <summary>Puts the emulator together.</summary>
internal static class EmulatorApplication
{
    private static readonly TimeSpan ShutdownTime = TimeSpan.FromSeconds(1);

    /// <param name="options">What the command line says.</param>
    /// <param name="replace">Puts other services in the place of some.</param>
    public static WebApplication Build(EmulatorOptions options, Action<IServiceCollection>? replace = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.AddServiceDefaults("google-emulator");
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1 << 20;
            kestrel.Listen(IPAddress.Loopback, options.Port);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTime);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IPrograms, ChildPrograms>();
        builder.Services.AddSingleton<AccessToken>();
        builder.Services.AddSingleton<EmulatorFolder>();
        builder.Services.AddSingleton<FaultTable>();
        builder.Services.AddSingleton<ProjectTable>();
        builder.Services.AddSingleton<ApiDispatcher>();
        builder.Services.AddSingleton<ClusterTable>();
        builder.Services.AddSingleton<ClusterLifecycle>();
        builder.Services.AddSingleton<ClusterLeftovers>();
        builder.Services.AddSingleton<ClusterEndpoints>();
        builder.Services.AddSingleton<ComputeInventory>();
        builder.Services.AddSingleton<ComputeEndpoints>();
        builder.Services.AddSingleton<HealthEndpoints>();
        builder.Services.AddSingleton<PlaceEndpoints>();
        builder.Services.AddSingleton<Registration>();
        builder.Services.AddSingleton<MembershipEndpoints>();
        builder.Services.AddSingleton<FeatureEndpoints>();
        builder.Services.AddSingleton<MembershipFeatureEndpoints>();
        builder.Services.AddSingleton<RouteReconciler>();
        builder.Services.AddSingleton(services => new MeshAuthority(options.Directory, services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<ManagedMesh>();
        builder.Services.AddSingleton<EndpointDiscovery>();
        builder.Services.AddSingleton<MeshReconciler>();
        builder.Services.AddSingleton<IngressResources>();
        builder.Services.AddSingleton<EndpointGroups>();
        builder.Services.AddSingleton<IngressLeftovers>();
        builder.Services.AddSingleton<IngressReconciler>();
        builder.Services.AddHostedService<FleetController>();
        replace?.Invoke(builder.Services);

        var app = builder.Build();
        app.Services.GetRequiredService<EmulatorFolder>().Prepare();
        Map(app);
        app.Lifetime.ApplicationStarted.Register(() => SayReady(app, options));
        return app;
    }

    private static void Map(WebApplication app)
    {
        var dispatcher = app.Services.GetRequiredService<ApiDispatcher>();
        app.UseRouting();
        Routes(GoogleApi.ResourceManager).MapProjects(app.Services.GetRequiredService<ProjectTable>());
        Routes(GoogleApi.Billing).MapBilling();
        Routes(GoogleApi.ServiceUsage).MapServices();
        app.Services.GetRequiredService<ClusterEndpoints>().Map(Routes(GoogleApi.Container));
        app.Services.GetRequiredService<ComputeEndpoints>().Map(Routes(GoogleApi.Compute));
        app.Services.GetRequiredService<HealthEndpoints>().Map(Routes(GoogleApi.Compute));
        app.Services.GetRequiredService<PlaceEndpoints>().Map(Routes(GoogleApi.Compute));
        app.Services.GetRequiredService<MembershipEndpoints>().Map(Routes(GoogleApi.Fleet));
        app.Services.GetRequiredService<FeatureEndpoints>().Map(Routes(GoogleApi.Fleet));
        app.Services.GetRequiredService<MembershipFeatureEndpoints>().Map(Routes(GoogleApi.Fleet));
        var lab = new LabRoutes(app, app.Services.GetRequiredService<AccessToken>());
        lab.MapFaults(app.Services.GetRequiredService<FaultTable>());
        lab.MapPermissions(app.Services.GetRequiredService<ProjectTable>());
        app.MapFallback("{*path}", dispatcher.RefuseUnknownAsync);

        ApiRoutes Routes(GoogleApi api) => new(app, dispatcher, api);
    }

    /// <summary>The variables that point gcloud at an emulator that has started.</summary>
    public static IReadOnlyDictionary<string, string> Variables(WebApplication app, EmulatorOptions options) =>
        GcloudVariables.For(options.Directory, Url(app), options.Projects[0]);

    private static string Url(WebApplication app) => app.Urls.First().TrimEnd('/');

    private static void SayReady(WebApplication app, EmulatorOptions options)
    {
        app.Services.GetRequiredService<EmulatorFolder>().WriteEnvironment(Variables(app, options));
        app.Logger.LogInformation("Google Cloud for {Projects} on {Url}", string.Join(", ", options.Projects), Url(app));
    }
}
