using System.ComponentModel;
using System.Text;
using CliWrap;
using CliWrap.Buffered;

namespace Provisioner.Mesh.Istio;

/// <summary>Runs a program of the user's, with arguments as a list and its output kept.</summary>
internal static class ToolRun
{
    /// <summary>Standard output when it succeeds; null and the last words of standard error when it does not.</summary>
    /// <exception cref="LabException">It cannot be started.</exception>
    public static async Task<(string? Output, string Error)> TryAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        try
        {
            var result = await Cli.Wrap(program).WithArguments(arguments).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(Encoding.UTF8, cancellation);
            return result.IsSuccess ? (result.StandardOutput, "") : (null, Last(result.StandardError, result.ExitCode));
        }
        catch (Win32Exception e)
        {
            throw new LabException($"'{program}' cannot be run: {e.Message}", $"Install {program}, or put it on PATH");
        }
    }

    private static string Last(string error, int exitCode)
    {
        var lines = error.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == 0 ? $"exit code {exitCode}" : string.Join('\n', lines.TakeLast(15));
    }
}
