using CliWrap;
using CliWrap.Buffered;
using Xunit;

namespace Testing;

/// <summary>The real kubectl, talking to one kubeconfig.</summary>
public sealed class Kubectl(string kubeconfig)
{
    /// <summary>Runs kubectl and returns its standard output; fails the test with kubectl's own words when it fails.</summary>
    public async Task<string> RunAsync(params string[] arguments)
    {
        var result = await TryAsync(arguments);
        Assert.True(result.IsSuccess, $"kubectl {string.Join(' ', arguments)} ended with {result.ExitCode}:\n{result.StandardError}{result.StandardOutput}");
        return result.StandardOutput;
    }

    public async Task<BufferedCommandResult> TryAsync(params string[] arguments) =>
        await Cli.Wrap(Tool.Require("kubectl"))
            .WithArguments(["--kubeconfig", kubeconfig, .. arguments])
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync();
}
