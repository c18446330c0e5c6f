using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Provisioner.Api;
using Provisioner.Checks;
using Provisioner.Clusters;
using Provisioner.Mesh;
using Provisioner.Modes;
using Provisioner.Operations;
using Provisioner.Plan;
using Provisioner.Stages;
using Provisioner.Stages.Execution;
using Provisioner.State;
using ServiceDefaults;

namespace Provisioner.Commands;

/// <summary>The provisioner as AppHost starts it: brings the lab up, and serves the control API until the lab ends.</summary>
internal static class ServeCommand
{
    public static async Task<int> RunAsync(string labDirectory, CancellationToken cancellation)
    {
        LabPlan plan;
        ILabMode mode;
        try
        {
            plan = LabPlanFile.Read(labDirectory);
            mode = LabModes.Of(plan);
        }
        catch (LabException e)
        {
            await Console.Error.WriteLineAsync($"{e.Message}\n{e.Cure}");
            return ExitCodes.Failed;
        }

        var token = ControlApi.NewToken();
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddServiceDefaults("provisioner");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        AddLab(builder.Services, plan, labDirectory);
        mode.AddDrivers(builder.Services);

        await using var app = builder.Build();
        var operations = app.Services.GetRequiredService<LabOperations>();
        app.MapControlApi(app.Services.GetRequiredService<StateStore>(), operations, token, app.Services.GetRequiredService<LabStateFile>().Settle);
        await app.StartAsync(cancellation);
        var url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var log = app.Services.GetRequiredService<ILogger<LabOperations>>();

        // A failure stands in the state and in the log; the lab goes on, so that its cure can be tried. It begins before others can give orders.
        // A provisioner that was started again goes no further than the lab was: what was taken back on purpose stays so.
        var start = app.Services.GetRequiredService<StateStore>().Current;
        var until = start.ReadyAt is null ? plan.Until : start.Stage;
        var up = until == 0
            ? Task.CompletedTask
            : operations.RunAsync("up", new CommandArguments { Until = until }, line => log.LogDebug("{Line}", line), cancellation);
        ControlFiles.Write(labDirectory, new ControlFile(url, token, Environment.ProcessId));
        try
        {
            await up;
            await app.WaitForShutdownAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            await app.StopAsync(CancellationToken.None);
        }
        finally
        {
            ControlFiles.Delete(labDirectory);
        }

        return ExitCodes.Ok;
    }

    internal static void AddLab(IServiceCollection services, LabPlan plan, string labDirectory)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(plan);
        services.AddSingleton<Lab>();
        services.AddSingleton(InitialState.After(plan));
        services.AddSingleton<StateStore>();
        services.AddSingleton<LabKubeconfig>();
        services.AddSingleton<Traffic>();
        services.AddSingleton<MeshJoin>();
        services.AddSingleton(provider => new MeshAuthority(plan.Directory, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new StageGraph(LabStages.Create(
            provider.GetRequiredService<Lab>(),
            provider.GetRequiredService<IClusterDriver>(),
            provider.GetRequiredService<IMeshDriver>(),
            provider.GetRequiredService<IGlobalIngressDriver>(),
            provider.GetRequiredService<Traffic>())));
        services.AddSingleton<StageLog>();
        services.AddSingleton<StageRunner>();
        services.AddSingleton<StageOperations>();
        services.AddSingleton<TrafficOperations>();
        services.AddSingleton<WorkloadLogs>();
        services.AddSingleton<LabOperations>();
        services.AddSingleton(provider => new LabStateFile(
            provider.GetRequiredService<StateStore>(), labDirectory, provider.GetRequiredService<ILogger<LabStateFile>>()));
        services.AddHostedService(provider => provider.GetRequiredService<LabStateFile>());
        services.AddHostedService<ClusterMirror>();
        services.AddHostedService<StageRecovery>();
    }
}
