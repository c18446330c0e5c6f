using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServiceDefaults;

namespace GoogleEmulator.Shell;

/// <summary>Everything that the emulator writes, in one folder that goes with it.</summary>
internal sealed class EmulatorFolder(EmulatorOptions options, AccessToken token) : IDisposable
{
    private static readonly string[] s_files = ["environment.json", "token", "tokens.csv", "fleet-kubeconfig"];
    private static readonly string[] s_folders = ["gcloud", "clusters", "mesh"];

    private const string Mark = ".google-emulator";

    private bool isNew;

    /// <summary>The token in the form of kube-apiserver's <c>--token-auth-file</c>, for every cluster.</summary>
    public string TokenAuthFile => Path.Combine(options.Directory, "tokens.csv");

    /// <summary>A kubeconfig with a context for every member of the fleet.</summary>
    public string FleetKubeconfig => Path.Combine(options.Directory, "fleet-kubeconfig");

    public string Mesh => options.Directory;

    public string Cluster(string id) => Path.Combine(options.Directory, "clusters", id);

    /// <summary>Makes the folder, clears what a killed run left in it, and writes the token.</summary>
    /// <exception cref="IOException">The folder is another emulator's, or has files of the same names that are not an emulator's.</exception>
    public void Prepare()
    {
        CheckFree();
        isNew = !Directory.Exists(options.Directory) || !Directory.EnumerateFileSystemEntries(options.Directory).Any();
        PrivateFile.CreateDirectory(options.Directory);
        Remove();
        PrivateFile.Write(Path.Combine(options.Directory, Mark), Encoding.UTF8.GetBytes(Owner.ThisProcess().ToString()));
        foreach (var folder in s_folders)
        {
            PrivateFile.CreateDirectory(Path.Combine(options.Directory, folder));
        }

        PrivateFile.Write(Path.Combine(options.Directory, "token"), Encoding.UTF8.GetBytes(token.Value));
        PrivateFile.Write(TokenAuthFile, Encoding.UTF8.GetBytes($"{token.Value},{GcloudVariables.Account},1,\"system:masters\"\n"));
    }

    /// <summary>Says that the emulator is ready, and how gcloud finds it.</summary>
    public void WriteEnvironment(IReadOnlyDictionary<string, string> variables)
    {
        var content = new JsonObject([.. variables.Select(variable => KeyValuePair.Create<string, JsonNode?>(variable.Key, variable.Value))]);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            content.WriteTo(writer);
        }

        PrivateFile.Write(Path.Combine(options.Directory, "environment.json"), buffer.ToArray());
    }

    public void Dispose()
    {
        if (!Directory.Exists(options.Directory))
        {
            return;
        }

        Remove();
        if (isNew && !Directory.EnumerateFileSystemEntries(options.Directory).Any())
        {
            Directory.Delete(options.Directory);
        }
    }

    private void CheckFree()
    {
        var mark = Path.Combine(options.Directory, Mark);
        if (File.Exists(mark))
        {
            if (Owner.Parse(File.ReadAllText(mark)) is { IsAlive: true } other)
            {
                throw new IOException($"{options.Directory} belongs to another emulator, process {other.ProcessId}.");
            }
        }
        else if (s_files.Concat(s_folders).Select(name => Path.Combine(options.Directory, name)).FirstOrDefault(Path.Exists) is { } taken)
        {
            throw new IOException($"{taken} is there already, and no emulator made it; choose another --directory.");
        }
    }

    private void Remove()
    {
        foreach (var file in s_files.Append(Mark))
        {
            File.Delete(Path.Combine(options.Directory, file));
        }

        foreach (var folder in s_folders.Select(folder => Path.Combine(options.Directory, folder)).Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
