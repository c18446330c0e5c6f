using Emulator;
using Emulator.Api;
using Emulator.Controllers;
using Emulator.DataPlane;
using Emulator.Mesh;
using Emulator.Network;
using Emulator.Nodes;
using Emulator.Schema;
using Emulator.Storage;

return await ClusterCommand.InvokeAsync(args, async (options, cancellation) =>
{
    // Not a web application: each listener of the cluster has a Kestrel of its own.
    var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
    builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
    builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
    builder.Services.AddSingleton(options);
    builder.Services
        .AddStorage()
        .AddSchema()
        .AddApi()
        .AddControllerLoops()
        .AddNodes()
        .AddPodNetwork()
        .AddMesh()
        .AddDataPlane();
    var app = builder.Build();
    await app.RunAsync(cancellation);
    return 0;
});
