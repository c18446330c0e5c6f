using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>The volumes of one pod as folders on the host, made when a container first needs them and kept up to date.</summary>
internal sealed class PodVolumes(string folder, VolumeContents contents, Func<JsonObject> pod, EmbeddedNode node, string podAddress, TimeProvider time)
{
    // Tokens are renewed when a fifth of their life is left; the shortest lives ten minutes.
    private static readonly TimeSpan TokenRenewal = TimeSpan.FromMinutes(8);

    private readonly Lock gate = new();
    private readonly Dictionary<string, DateTimeOffset> made = new(StringComparer.Ordinal);

    /// <summary>The folder of a volume.</summary>
    /// <exception cref="ContainerFailedException">It cannot be made now.</exception>
    public string Prepare(string name)
    {
        lock (gate)
        {
            var path = Path.Combine(folder, name);
            if (!made.ContainsKey(name))
            {
                Make(name, path);
            }

            return path;
        }
    }

    /// <summary>Brings what has been made up to date; what cannot be read now stays as it was.</summary>
    public void Refresh()
    {
        lock (gate)
        {
            foreach (var name in made.Keys.ToList())
            {
                try
                {
                    Make(name, Path.Combine(folder, name));
                }
                catch (ContainerFailedException)
                {
                    // As on a kubelet: a ConfigMap that is deleted under a running pod leaves its files.
                }
            }
        }
    }

    private void Make(string name, string path)
    {
        var volume = pod()["spec"]?["volumes"].Items().FirstOrDefault(item => item["name"].Text() == name)
            ?? throw new ContainerFailedException("ContainerCreating", $"volume \"{name}\" is not among the pod's volumes", "FailedMount");
        var hasToken = volume["projected"]?["sources"].Items().Any(source => source["serviceAccountToken"] is not null) ?? false;
        if (hasToken && made.TryGetValue(name, out var before) && time.GetUtcNow() - before < TokenRenewal)
        {
            return;
        }

        if (contents.Read(volume, pod(), node, podAddress) is { } files)
        {
            AtomicFolder.Write(path, files);
        }
        else
        {
            Directory.CreateDirectory(path);

            // Programs in the pod may run as other users.
            UnixMode.Set(path, UnixMode.Open);
        }

        made[name] = time.GetUtcNow();
    }
}
