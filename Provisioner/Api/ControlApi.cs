using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http.Features;
using Provisioner.State;

namespace Provisioner.Api;

/// <summary>The loopback HTTP API of the running provisioner; every request carries the token of <c>control.json</c>.</summary>
internal static class ControlApi
{
    private static readonly byte[] NewLine = "\n"u8.ToArray();

    public static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <param name="settle">Makes the lab's file hold the state of now, which is done before anyone is told of it.</param>
    public static void MapControlApi(this WebApplication app, StateStore store, ILabCommands commands, string token, Action settle)
    {
        var expected = Encoding.UTF8.GetBytes($"Bearer {token}");
        app.Use((context, next) =>
        {
            var given = Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString());
            return CryptographicOperations.FixedTimeEquals(given, expected)
                ? next(context)
                : Refuse(context, StatusCodes.Status401Unauthorized, "The token is missing or wrong; it is in .lab/control.json");
        });
        var stopping = app.Lifetime.ApplicationStopping;
        app.MapGet("/v1/state", (RequestDelegate)(context => WriteStateAsync(context, store.Current)));
        app.MapGet("/v1/state/watch", (RequestDelegate)(context => WatchAsync(context, store, settle, stopping)));
        app.MapPost("/v1/commands/{verb}", (RequestDelegate)(context => RunAsync(context, commands, settle)));
        app.MapGet("/v1/logs/{cluster}/{workload}", (RequestDelegate)(context => LogsAsync(context, commands, stopping)));
    }

    private static Task WriteStateAsync(HttpContext context, LabState state)
    {
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.Body, state, LabJson.Default.LabState, context.RequestAborted);
    }

    private static async Task WatchAsync(HttpContext context, StateStore store, Action settle, CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        StartLines(context, "application/x-ndjson");
        try
        {
            await foreach (var state in store.FollowAsync(ending.Token))
            {
                settle();
                await JsonSerializer.SerializeAsync(context.Response.Body, state, LabJson.Default.LabState, ending.Token);
                await EndLineAsync(context, ending.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The follower went away, or the lab ends.
        }
    }

    private static async Task RunAsync(HttpContext context, ILabCommands commands, Action settle)
    {
        var verb = (string)context.Request.RouteValues["verb"]!;
        if (!commands.Verbs.Contains(verb))
        {
            await Refuse(context, StatusCodes.Status404NotFound, $"There is no command '{verb}'; there are: {string.Join(", ", commands.Verbs)}");
            return;
        }

        CommandArguments arguments;
        try
        {
            arguments = context.Request.ContentLength is 0 ? new CommandArguments() : await JsonSerializer.DeserializeAsync(
                context.Request.Body, LabJson.Default.CommandArguments, context.RequestAborted) ?? new CommandArguments();
        }
        catch (JsonException e)
        {
            await Refuse(context, StatusCodes.Status400BadRequest, $"The body is not a set of arguments: {e.Message}");
            return;
        }

        var lines = Channel.CreateUnbounded<CommandLine>();
        var run = RunAsync(commands, verb, arguments, lines.Writer, context.RequestAborted);
        if (await Task.WhenAny(run, lines.Reader.WaitToReadAsync(context.RequestAborted).AsTask()) == run && run.Exception?.InnerException is LabBusyException busy)
        {
            await Refuse(context, StatusCodes.Status409Conflict, busy.Message);
            return;
        }

        StartLines(context, "application/x-ndjson");
        await foreach (var line in lines.Reader.ReadAllAsync(context.RequestAborted))
        {
            if (line.Done)
            {
                settle();
            }

            await JsonSerializer.SerializeAsync(context.Response.Body, line, LabJson.Default.CommandLine, context.RequestAborted);
            await EndLineAsync(context, context.RequestAborted);
        }
    }

    // The caller's going away does not end an operation: a half-run stage helps nobody, and the next call sees how it went.
    private static async Task RunAsync(
        ILabCommands commands, string verb, CommandArguments arguments, ChannelWriter<CommandLine> lines, CancellationToken cancellation)
    {
        try
        {
            var last = await commands.RunAsync(verb, arguments, message => lines.TryWrite(new CommandLine(message)), cancellation);
            lines.TryWrite(last with { Done = true });
            lines.Complete();
        }
        catch (LabBusyException)
        {
            throw;
        }
        catch (Exception e)
        {
            lines.TryWrite(new CommandLine(e.Message, Done: true, Ok: false, Cure: (e as LabException)?.Cure));
            lines.Complete();
        }
    }

    private static async Task LogsAsync(HttpContext context, ILabCommands commands, CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        var (cluster, workload) = ((string)context.Request.RouteValues["cluster"]!, (string)context.Request.RouteValues["workload"]!);
        try
        {
            var lines = commands.LogsAsync(cluster, workload, ending.Token);
            StartLines(context, "text/plain; charset=utf-8");
            await context.Response.Body.FlushAsync(ending.Token);
            await foreach (var line in lines)
            {
                await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(line), ending.Token);
                await EndLineAsync(context, ending.Token);
            }
        }
        catch (LabException e)
        {
            await Refuse(context, StatusCodes.Status404NotFound, $"{e.Message}. {e.Cure}");
        }
        catch (OperationCanceledException)
        {
            // The reader went away, or the lab ends.
        }
    }

    private static void StartLines(HttpContext context, string type)
    {
        context.Response.ContentType = type;
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    private static async Task EndLineAsync(HttpContext context, CancellationToken cancellation)
    {
        await context.Response.Body.WriteAsync(NewLine, cancellation);
        await context.Response.Body.FlushAsync(cancellation);
    }

    private static Task Refuse(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(
            context.Response.Body, new CommandLine(message, Done: true, Ok: false), LabJson.Default.CommandLine, context.RequestAborted);
    }
}
