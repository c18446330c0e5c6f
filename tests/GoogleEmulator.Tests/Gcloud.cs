using CliWrap;
using CliWrap.Buffered;
using Testing;

namespace GoogleEmulator.Tests;

/// <summary>The real gcloud and kubectl, with nothing but the variables that the emulator gives.</summary>
internal sealed class Gcloud(RunningEmulator emulator)
{
    // Each run is a Python interpreter of half a second: as many at a time as a small machine can bear.
    private static readonly SemaphoreSlim s_turns = new(3);

    /// <summary>A command that has to succeed; its standard output.</summary>
    public async Task<string> RunAsync(string command)
    {
        var result = await TryAsync("gcloud", command.Split(' '));
        Assert.True(result.IsSuccess, $"gcloud {command} ended with {result.ExitCode}:\n{result.StandardError}{result.StandardOutput}");
        return result.StandardOutput;
    }

    /// <summary>A command that has to fail; its standard error.</summary>
    public async Task<string> FailAsync(string command)
    {
        var result = await TryAsync("gcloud", command.Split(' '));
        Assert.True(result.ExitCode == 1, $"gcloud {command} ended with {result.ExitCode}:\n{result.StandardError}{result.StandardOutput}");
        return result.StandardError;
    }

    public async Task<BufferedCommandResult> TryAsync(string tool, params string[] arguments)
    {
        await s_turns.WaitAsync();
        try
        {
            return await Cli.Wrap(Tool.Require(tool))
                .WithArguments(arguments)
                .WithEnvironmentVariables(variables =>
                {
                    foreach (var (name, value) in emulator.Environment)
                    {
                        variables.Set(name, value);
                    }

                    variables.Set("KUBECONFIG", emulator.Kubeconfig);
                })
                .WithValidation(CommandResultValidation.None)
                .ExecuteBufferedAsync();
        }
        finally
        {
            s_turns.Release();
        }
    }
}
