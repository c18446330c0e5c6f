using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Emulator.Nodes;
using Microsoft.AspNetCore.Http;

namespace Emulator.Tests.Nodes;

/// <summary>An image whose containers do what the test says: answer probes or not, end with an exit code.</summary>
internal sealed class ScriptedImage : IContainerImage
{
    /// <summary>Containers by name, the latest run of each.</summary>
    public ConcurrentDictionary<string, ScriptedContainer> Running { get; } = new();

    /// <summary>The status code with which port 80 answers.</summary>
    public volatile int Answer = 200;

    public bool Matches(string image, JsonObject container) => image == "scripted";

    public Task<IRunningContainer> StartAsync(ContainerContext context, CancellationToken cancellation)
    {
        var name = context.Container["name"]!.GetValue<string>();
        var started = new ScriptedContainer(context, () => Answer);
        Running[name] = started;
        context.Log($"{name} started");
        return Task.FromResult<IRunningContainer>(started);
    }
}

internal sealed class ScriptedContainer(ContainerContext context, Func<int> answer) : IRunningContainer
{
    private readonly TaskCompletionSource<int> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ContainerContext Context => context;

    public Task<int> Exited => exited.Task;

    public void End(int exitCode) => exited.TrySetResult(exitCode);

    public Task StopAsync(TimeSpan grace)
    {
        exited.TrySetResult(0);
        return Task.CompletedTask;
    }

    public RequestDelegate? AdminPort(int port) => port != 80 ? null : http =>
    {
        http.Response.StatusCode = answer();
        return Task.CompletedTask;
    };

    public ValueTask DisposeAsync()
    {
        exited.TrySetResult(137);
        return ValueTask.CompletedTask;
    }
}
