using System.Diagnostics;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Testing;

namespace OfflineHosting.Tests.Orchestration;

public sealed class ExecutableTests
{
    [Fact]
    public async Task A_program_runs_with_its_arguments_and_environment_and_its_lines_are_kept()
    {
        var builder = Shell.NewApplication();
        builder.AddShell("hello", "echo \"$0 $GREETING\"; echo trouble >&2; sleep 60").WithArgs("argument").WithEnvironment("GREETING", "hello");
        await using var application = builder.Build();

        await application.StartAsync();
        var lines = await application.LinesAsync("hello", l => l.Count >= 2);

        Assert.Contains("argument hello", lines);
        Assert.Contains("trouble", lines);
        Assert.Single(application.Loggers.Console("hello").Lines(), line => line.IsErrorMessage);
    }

    [Fact]
    public async Task A_running_program_shows_its_process_and_one_that_ends_its_exit_code()
    {
        var builder = Shell.NewApplication();
        builder.AddShell("short", "exit 3");
        builder.AddShell("long", "exec sleep 60");
        await using var application = builder.Build();

        await application.StartAsync();
        await application.ReachesAsync("short", KnownResourceStates.Finished);

        Assert.Equal(3, application.StateOf("short").ExitCode);
        Assert.NotNull(application.StateOf("short").StopTimeStamp);
        var running = application.StateOf("long");
        Assert.Equal(KnownResourceStates.Running, running.State?.Text);
        using var process = Process.GetProcessById((int)running.Properties.Single(p => p.Name == "executable.pid").Value!);
        Assert.False(process.HasExited);
    }

    [Fact]
    public async Task A_program_that_does_not_exist_has_failed_to_start_and_the_console_names_it()
    {
        var builder = Shell.NewApplication();
        builder.AddExecutable("nothing", "/no/such/program", Path.GetTempPath());
        await using var application = builder.Build();

        await application.StartAsync();

        Assert.Equal(KnownResourceStates.FailedToStart, application.StateOf("nothing").State?.Text);
        Assert.Contains("/no/such/program", Assert.Single(application.Loggers.Console("nothing").Lines()).Content);
    }

    [Fact]
    public async Task Stop_start_and_restart_do_what_they_say_and_are_offered_when_they_apply()
    {
        var builder = Shell.NewApplication();
        builder.AddShell("server", "exec sleep 60");
        await using var application = builder.Build();
        await application.StartAsync();
        Assert.Equal(["stop", "restart"], Enabled(application));
        var first = Pid(application);

        Assert.True((await application.ResourceCommands.ExecuteCommandAsync("server", KnownResourceCommands.StopCommand)).Success);
        Assert.Equal(KnownResourceStates.Finished, application.StateOf("server").State?.Text);
        Assert.Equal(["start"], Enabled(application));

        Assert.True((await application.ResourceCommands.ExecuteCommandAsync("server", KnownResourceCommands.StartCommand)).Success);
        Assert.Equal(KnownResourceStates.Running, application.StateOf("server").State?.Text);
        Assert.NotEqual(first, Pid(application));
        var second = Pid(application);

        Assert.True((await application.ResourceCommands.ExecuteCommandAsync("server", KnownResourceCommands.RestartCommand)).Success);
        Assert.Equal(KnownResourceStates.Running, application.StateOf("server").State?.Text);
        Assert.NotEqual(second, Pid(application));
    }

    [Fact]
    public async Task Ending_asks_every_program_first_and_ends_one_that_does_not_listen()
    {
        var builder = Shell.NewApplication();
        builder.AddShell("polite", "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done");
        builder.AddShell("deaf", "trap '' TERM; echo up; while :; do sleep 0.05; done");
        var application = builder.Build();
        await application.StartAsync();
        await application.LinesAsync("polite", l => l.Contains("up"));
        await application.LinesAsync("deaf", l => l.Contains("up"));
        var deaf = Pid(application, "deaf");

        await application.StopAsync();

        await Eventually.HoldsAsync(() => application.Loggers.Console("polite").Lines().Any(l => l.Content.EndsWith("bye")), "the polite one said bye");
        Assert.Equal(0, application.StateOf("polite").ExitCode);
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(deaf));
        Assert.Equal(KnownResourceStates.Finished, application.StateOf("deaf").State?.Text);
    }

    [Fact]
    public async Task A_pipe_that_a_grandchild_holds_does_not_hide_the_end_of_a_program()
    {
        var builder = Shell.NewApplication();
        builder.AddShell("parent", "sleep 20 & exit 0");
        await using var application = builder.Build();

        await application.StartAsync();
        await application.ReachesAsync("parent", KnownResourceStates.Finished);

        Assert.Equal(0, application.StateOf("parent").ExitCode);
    }

    [Fact]
    public void Two_resources_with_one_name_are_refused()
    {
        var builder = Shell.NewApplication();
        builder.AddShell("us", "true");

        var refused = Assert.Throws<DistributedApplicationException>(() => builder.AddShell("US", "true"));

        Assert.Contains("'US'", refused.Message);
    }

    private static string[] Enabled(DistributedApplication application) =>
        [.. application.StateOf("server").Commands.Where(c => c.State == ResourceCommandState.Enabled).Select(c => c.Name)];

    private static int Pid(DistributedApplication application, string resource = "server") =>
        (int)application.StateOf(resource).Properties.Single(p => p.Name == "executable.pid").Value!;
}
