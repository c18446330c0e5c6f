using System.ComponentModel;
using System.Text;
using CliWrap;
using CliWrap.Buffered;
using Provisioner.Stages.Execution;

namespace Provisioner.Tools.Gcloud;

/// <summary>The gcloud on PATH, run through CliWrap; each call is a span, a log line and an entry of <see cref="GcloudCalls"/>.</summary>
internal sealed class GcloudCli(GcloudEnvironment environment, GcloudCalls calls, TimeProvider time, ILogger<GcloudCli> log) : IGcloudCli
{
    /// <summary>No call of the lab waits for a long operation, so a longer one hangs.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>How long gcloud may take to end by itself before it is killed.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    // gcloud keeps a processor busy for half a second; more of them at once only make each slower.
    private readonly SemaphoreSlim places = new(Math.Max(4, Environment.ProcessorCount));

    public async Task<GcloudResult> RunAsync(
        IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?>? own, CancellationToken cancellation)
    {
        var variables = await environment.VariablesAsync(cancellation);
        var line = GcloudLine.Of(arguments);
        await places.WaitAsync(cancellation);
        using var span = StageTelemetry.Start($"gcloud {string.Join(' ', arguments.TakeWhile(argument => !argument.StartsWith('-')).Take(4))}", StageTelemetry.GoogleKind);
        span?.SetTag("process.command_line", line);
        var (startedAt, started) = (time.GetUtcNow(), time.GetTimestamp());
        try
        {
            var result = await ExecuteAsync(arguments, [.. variables, .. own ?? new Dictionary<string, string?>()], cancellation);
            var elapsed = time.GetElapsedTime(started);
            calls.Add(new GcloudCall(startedAt, elapsed, result.ExitCode, line));
            span?.SetTag("process.exit_code", result.ExitCode);
            log.LogInformation("{Line}: exit {ExitCode} after {Seconds:0.00} s", line, result.ExitCode, elapsed.TotalSeconds);
            return result;
        }
        catch (Exception e)
        {
            span.Fail(e);
            throw;
        }
        finally
        {
            places.Release();
        }
    }

    private static async Task<GcloudResult> ExecuteAsync(
        IReadOnlyList<string> arguments, IEnumerable<KeyValuePair<string, string?>> variables, CancellationToken cancellation)
    {
        using var graceful = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        graceful.CancelAfter(Longest);
        using var forceful = new CancellationTokenSource();
        await using var _ = graceful.Token.Register(() => forceful.CancelAfter(Grace));
        try
        {
            var result = await Cli.Wrap(Program)
                .WithArguments(arguments)
                .WithEnvironmentVariables(set =>
                {
                    foreach (var (name, value) in variables)
                    {
                        set.Set(name, value);
                    }
                })
                .WithValidation(CommandResultValidation.None)
                .ExecuteBufferedAsync(Encoding.UTF8, Encoding.UTF8, forceful.Token, graceful.Token);
            return new GcloudResult(result.ExitCode, result.StandardOutput, result.StandardError);
        }
        catch (Win32Exception)
        {
            throw GcloudException.Missing();
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new GcloudException(
                GcloudFault.Unreachable,
                $"{GcloudLine.Of(arguments)} did not end within {Longest.TotalMinutes:0} minutes",
                "Look whether the network reaches Google: gcloud info --run-diagnostics");
        }
    }

    // On Windows gcloud is a script, which the system starts only by its full name.
    private static string Program => OperatingSystem.IsWindows() ? "gcloud.cmd" : "gcloud";
}
