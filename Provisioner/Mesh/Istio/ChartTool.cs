using System.Text;
using System.Text.Json.Nodes;
using Provisioner.Kubernetes;
using ServiceDefaults;

namespace Provisioner.Mesh.Istio;

/// <summary>A program of the user's that installs Istio, with what it is given in files of the lab's folder.</summary>
internal sealed class ChartTool(string program, string directory, ILogger log)
{
    /// <summary>In the lab's folder: what the programs are given.</summary>
    public const string Folder = "charts";

    public Task<(string? Output, string Error)> TryAsync(IReadOnlyList<string> arguments, CancellationToken cancellation) => ToolRun.TryAsync(program, arguments, cancellation);

    /// <summary>Writes what the program is to read (0600), and gives the file's path.</summary>
    public string Write(string name, JsonObject content)
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, name);
        PrivateFile.Write(path, Encoding.UTF8.GetBytes(YamlText.Write(content)));
        return path;
    }

    /// <param name="what">What the program does, after <c>could not</c>.</param>
    /// <exception cref="LabException">It failed; the message has its last words.</exception>
    public async Task RunAsync(IReadOnlyList<string> arguments, string what, string cure, CancellationToken cancellation)
    {
        log.LogInformation("{Program} {Arguments}", program, string.Join(' ', arguments));
        var (output, error) = await TryAsync(arguments, cancellation);
        if (output is null)
        {
            throw new LabException($"{program} could not {what}: {error}", cure);
        }
    }
}
