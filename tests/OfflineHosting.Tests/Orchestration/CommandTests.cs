using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace OfflineHosting.Tests.Orchestration;

public sealed class CommandTests
{
    [Fact]
    public async Task A_command_runs_and_what_it_logs_appears_in_the_resources_console()
    {
        await using var application = await StartAsync(context =>
        {
            context.Logger.LogInformation("working");
            return Task.FromResult(CommandResults.Success("done"));
        });

        var result = await application.ResourceCommands.ExecuteCommandAsync("thing", "act");

        Assert.True(result.Success);
        Assert.Equal("done", result.Message);
        Assert.Contains("working", Assert.Single(application.Loggers.Console("thing").Lines()).Content);
    }

    [Fact]
    public async Task A_command_that_throws_fails_with_its_reason()
    {
        await using var application = await StartAsync(_ => throw new InvalidOperationException("no such cluster"));

        var result = await application.ResourceCommands.ExecuteCommandAsync("thing", "act");

        Assert.False(result.Success);
        Assert.Equal("no such cluster", result.Message);
    }

    [Fact]
    public async Task A_command_that_does_not_apply_now_is_refused()
    {
        var applies = false;
        await using var application = await StartAsync(_ => Task.FromResult(CommandResults.Success()), () => applies);
        Assert.False((await application.ResourceCommands.ExecuteCommandAsync("thing", "act")).Success);

        applies = true;
        Assert.True((await application.ResourceCommands.ExecuteCommandAsync("thing", "act")).Success);
    }

    [Theory]
    [InlineData("nobody", "act", "nobody")]
    [InlineData("thing", "fly", "fly")]
    public async Task An_unknown_resource_or_command_is_named(string resource, string command, string named)
    {
        await using var application = await StartAsync(_ => Task.FromResult(CommandResults.Success()));

        var result = await application.ResourceCommands.ExecuteCommandAsync(resource, command);

        Assert.False(result.Success);
        Assert.Contains(named, result.Message);
    }

    [Fact]
    public async Task Health_checks_run_while_the_resource_runs_and_show_their_answer()
    {
        var healthy = false;
        var builder = Shell.NewApplication();
        builder.Services.AddLogging().AddHealthChecks().AddCheck(
            "ready", () => healthy ? HealthCheckResult.Healthy("answers") : HealthCheckResult.Unhealthy("does not answer"));
        builder.AddShell("server", "exec sleep 60").WithHealthCheck("ready");
        await using var application = builder.Build();
        await application.StartAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));

        var unhealthy = await application.ResourceNotifications.WaitForResourceAsync(
            "server", e => e.Snapshot.HealthReports.Single().Description == "does not answer", limit.Token);
        healthy = true;
        var well = await application.ResourceNotifications.WaitForResourceAsync(
            "server", e => e.Snapshot.HealthReports.Single().Description == "answers", limit.Token);

        Assert.Equal(HealthStatus.Unhealthy, unhealthy.Snapshot.HealthStatus);
        Assert.Equal(HealthStatus.Healthy, well.Snapshot.HealthStatus);
    }

    private static async Task<DistributedApplication> StartAsync(
        Func<ExecuteCommandContext, Task<ExecuteCommandResult>> command, Func<bool>? applies = null)
    {
        var builder = Shell.NewApplication();
        var options = new CommandOptions { UpdateState = _ => applies?.Invoke() is false ? ResourceCommandState.Disabled : ResourceCommandState.Enabled };
        builder.AddResource(new Thing("thing")).WithCommand("act", "Act", command, options);
        var application = builder.Build();
        await application.StartAsync();
        return application;
    }

    private sealed class Thing(string name) : Resource(name);
}
