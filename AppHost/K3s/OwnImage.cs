using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using AppHost.Preparation;
using CliWrap;
using CliWrap.Buffered;
using Provisioner;

namespace AppHost.K3s;

/// <summary>An image of a program of this repository, kept as an archive that nodes import; built anew when the program changes.</summary>
/// <param name="Project">The program's folder, which says what its image is based on.</param>
internal sealed partial record OwnImage(string Project, string Reference)
{
    public static readonly OwnImage Whereami = new("Whereami", K3sImages.Whereami);

    /// <summary>Takes the spans of a cluster's pods until the lab fetches them.</summary>
    public static readonly OwnImage Relay = new("Relay", K3sImages.Relay);

    /// <summary>Where the archive is, or will be.</summary>
    public string Archive(string architecture) => Path.Combine(NodeImages.Cache, $"{Project.ToLowerInvariant()}-{Fingerprint()}-{architecture}.tar");

    /// <summary>Whether an archive is one of this image, whatever its version.</summary>
    public bool IsIn(string archive) => Path.GetFileName(archive).StartsWith($"{Project.ToLowerInvariant()}-", StringComparison.Ordinal);

    /// <summary>Builds the archive unless it is there.</summary>
    /// <exception cref="LabException">It cannot be built: without a network there is no base image.</exception>
    public async Task<string> BuildAsync(string architecture, Action<string> say, CancellationToken cancellation)
    {
        var archive = Archive(architecture);
        if (File.Exists(archive))
        {
            return archive;
        }

        using var building = new Waiting($"Building the image {Reference} for {architecture}; its base image comes from a registry", say);
        Directory.CreateDirectory(NodeImages.Cache);

        // Beside the target, so that it can be moved there whole.
        var unfinished = $"{archive}.{Environment.ProcessId}.tar.gz";
        try
        {
            var build = await Cli.Wrap("dotnet")
                .WithArguments(Arguments(Path.Combine(Programs.Repository, Project), Reference, architecture, unfinished))
                .WithValidation(CommandResultValidation.None)
                .ExecuteBufferedAsync(Encoding.UTF8, cancellation);
            if (build.ExitCode != 0 || !File.Exists(unfinished))
            {
                throw new LabException(
                    $"The image {Reference} cannot be built: {ReasonIn(build.StandardOutput) ?? $"exit code {build.ExitCode}"}",
                    "Look at the network and its proxy; or name an image that the nodes can pull: --Lab:WhereamiImage=IMAGE; or load the offline bundle: dotnet run --project Provisioner -- bundle load FILE");
            }

            File.Move(unfinished, archive, overwrite: true);
            return archive;
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>The first thing that a build says went wrong, without the places of its own files.</summary>
    // .../Microsoft.NET.Build.Containers.targets(255,5): error MSB4018: The "CreateNewImage" task failed unexpectedly. [/lab/Relay/Relay.csproj]
    // .../Microsoft.NET.Build.Containers.targets(255,5): error MSB4018: System.Net.Http.HttpRequestException: Name or service not known (registry-1.docker.io:443) [/lab/Relay/Relay.csproj]
    internal static string? ReasonIn(string output) => output.Split('\n', StringSplitOptions.TrimEntries)
        .Select(line => Fault().Match(line))
        .FirstOrDefault(match => match.Success && !match.Value.Contains("failed unexpectedly", StringComparison.Ordinal))?.Groups[1].Value;

    internal static IReadOnlyList<string> Arguments(string project, string reference, string architecture, string archive)
    {
        var (repository, tag) = (reference[(reference.IndexOf('/') + 1)..reference.LastIndexOf(':')], reference[(reference.LastIndexOf(':') + 1)..]);
        return
        [
            "publish", project, "--configuration", "Release", "--os", "linux", "--arch", architecture == "amd64" ? "x64" : architecture, "--self-contained",
            "-t:PublishContainer", "-p:Precompile=false", $"-p:ContainerRepository={repository}", $"-p:ContainerImageTag={tag}",
            $"-p:ContainerArchiveOutputPath={archive}", "--nologo", "-v:quiet",
        ];
    }

    private string Fingerprint()
    {
        var program = Path.ChangeExtension(Programs.Find(Project), ".dll");
        using var stream = File.OpenRead(program);
        return Convert.ToHexStringLower(SHA256.HashData(stream))[..12];
    }

    [GeneratedRegex(@"error \w+ ?: (.+?)(?: \[[^\]]+\])?$")]
    private static partial Regex Fault();
}
