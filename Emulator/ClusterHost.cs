using Emulator.Api;
using Emulator.Controllers;
using Emulator.DataPlane;
using Emulator.Mesh;
using Emulator.Network;
using Emulator.Nodes;
using Emulator.Schema;
using Emulator.Storage;
using ServiceDefaults;

namespace Emulator;

/// <summary>Puts one embedded cluster together.</summary>
internal static class ClusterHost
{
    /// <summary>Whatever still runs after this is not waited for.</summary>
    private static readonly TimeSpan ShutdownTime = TimeSpan.FromMilliseconds(700);

    /// <param name="options">What was decided about the cluster.</param>
    /// <param name="more">Further parts, such as images of a test's own.</param>
    public static IHost Create(ClusterOptions options, Action<IServiceCollection>? more = null)
    {
        // Not a web application: each listener of the cluster has a Kestrel of its own.
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.AddServiceDefaults(options.Name);
        builder.Services.Configure<HostOptions>(host =>
        {
            host.ShutdownTimeout = ShutdownTime;
            host.ServicesStopConcurrently = true;
        });
        builder.Services.AddSingleton(options);
        builder.Services
            .AddStorage()
            .AddSchema()
            .AddApi(options)
            .AddControllerLoops()
            .AddNodes()
            .AddPodNetwork()
            .AddMesh()
            .AddDataPlane();
        more?.Invoke(builder.Services);
        return builder.Build();
    }
}
