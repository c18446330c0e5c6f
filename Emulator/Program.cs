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
    var builder = WebApplication.CreateSlimBuilder();
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
