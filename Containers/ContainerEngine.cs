using System.Runtime.CompilerServices;
using System.Text;
using CliWrap;
using CliWrap.Buffered;
using CliWrap.EventStream;

namespace Containers;

/// <summary>A container engine, driven through its command line; docker and podman take the same words.</summary>
/// <param name="command">The program: <c>docker</c>, <c>podman</c>, or the path of one.</param>
public sealed class ContainerEngine(string command)
{
    // What shells and Go programs end with when they are sent SIGINT.
    private const int Interrupted = 130;

    public string Command { get; } = command;

    /// <summary>Runs one command and returns what it wrote, without the line end.</summary>
    /// <exception cref="ContainerEngineException">The engine refused; the message has its own words.</exception>
    public async Task<string> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var answer = await TryRunAsync(arguments, cancellation);
        return answer.Ok
            ? answer.Output
            : throw Refusal(Line(arguments), answer);
    }

    /// <summary>The exception for an answer: what was to be done, the engine's own words, and the cure.</summary>
    public ContainerEngineException Refusal(string what, EngineAnswer answer) =>
        new($"{what}: {answer.Reason}", EngineCures.CureOf(answer.Errors, Command)) { IsInterrupted = answer.ExitCode == Interrupted };

    /// <summary>Runs one command and returns how it went.</summary>
    /// <param name="environment">Variables for the command itself: a value handed to a container by name never stands in a list of processes.</param>
    public async Task<EngineAnswer> TryRunAsync(
        IReadOnlyList<string> arguments, CancellationToken cancellation, IReadOnlyDictionary<string, string?>? environment = null)
    {
        try
        {
            var result = await Wrap(arguments, environment).ExecuteBufferedAsync(Encoding.UTF8, cancellation);
            return new EngineAnswer(result.ExitCode, result.StandardOutput.TrimEnd(), result.StandardError.TrimEnd());
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            // 2 is "no such file" on every system.
            return new EngineAnswer(127, "", (e.InnerException ?? e) is System.ComponentModel.Win32Exception { NativeErrorCode: 2 }
                ? $"'{Command}' is not installed"
                : $"'{Command}' cannot be run: {(e.InnerException ?? e).Message}");
        }
    }

    /// <summary>Runs a program inside a running container.</summary>
    public Task<string> ExecAsync(string container, IReadOnlyList<string> arguments, CancellationToken cancellation) =>
        RunAsync(["exec", container, .. arguments], cancellation);

    /// <summary>What the engine knows about a container; null where there is none of this name.</summary>
    public async Task<ContainerInspection?> InspectAsync(string container, CancellationToken cancellation)
    {
        var answer = await TryRunAsync(["container", "inspect", container], cancellation);
        return answer.Ok ? ContainerInspection.Parse(answer.Output) : null;
    }

    public async Task<bool> HasImageAsync(string image, CancellationToken cancellation) =>
        (await TryRunAsync(["image", "inspect", "--format", "{{.Id}}", image], cancellation)).Ok;

    /// <summary>The processor that an image is made for, as images name it; null where the engine has no such image.</summary>
    public async Task<string?> ArchitectureAsync(string image, CancellationToken cancellation) =>
        await TryRunAsync(["image", "inspect", "--format", "{{.Architecture}}", image], cancellation) is { Ok: true } answer ? EngineInfo.ArchitectureOf(answer.Output.Trim()) : null;

    /// <summary>Pulls an image; <paramref name="progress"/> gets the engine's lines.</summary>
    /// <param name="platform">Such as <c>linux/amd64</c>, where another than the engine's own may be there.</param>
    /// <exception cref="ContainerEngineException">The image cannot be had.</exception>
    public async Task PullAsync(string image, Action<string> progress, CancellationToken cancellation, string? platform = null)
    {
        var errors = new StringBuilder();
        await foreach (var (text, isError) in LinesAsync(["pull", .. platform is null ? [] : new[] { "--platform", platform }, image], cancellation))
        {
            // podman tells its progress there too.
            progress(text);
            if (isError)
            {
                errors.AppendLine(text);
            }
        }

        // One for another processor may have been there before.
        var found = await ArchitectureAsync(image, cancellation);
        if (found is null || (errors.Length > 0 && found.Length > 0 && platform is not null && found != platform.Split('/')[^1]))
        {
            throw Refusal($"image {image} cannot be pulled", new EngineAnswer(1, "", errors.ToString()));
        }
    }

    /// <summary>The lines of a command as they come, and whether each is from standard error; ends with the command.</summary>
    public async IAsyncEnumerable<(string Text, bool IsError)> LinesAsync(
        IReadOnlyList<string> arguments, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var happened in Wrap(arguments, null).ListenAsync(Encoding.UTF8, cancellation))
        {
            if (happened is StandardOutputCommandEvent output)
            {
                yield return (output.Text, false);
            }
            else if (happened is StandardErrorCommandEvent error)
            {
                yield return (error.Text, true);
            }
        }
    }

    private Command Wrap(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?>? environment) => Cli.Wrap(Command)
        .WithArguments(arguments)
        .WithEnvironmentVariables(environment ?? new Dictionary<string, string?>())
        .WithValidation(CommandResultValidation.None);

    private string Line(IReadOnlyList<string> arguments) => $"{Path.GetFileNameWithoutExtension(Command)} {string.Join(' ', arguments.Take(3))}";
}
