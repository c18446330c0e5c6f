using Provisioner;
using Provisioner.Api;
using Provisioner.Plan;
using Provisioner.State;
using ServiceDefaults;

namespace AppHost.Preparation;

/// <summary>The lab's folder, held by one living lab at a time.</summary>
/// <remarks>A lab holds a lock on a file in its folder; the system lets go of it however the lab ends, so that what a dead lab left can be told from a living one.</remarks>
internal sealed class LabFolder : IDisposable
{
    private const string LockFile = "lock";

    // Everything that a lab makes in its folder; what else lies there belongs to the user.
    private static readonly string[] s_ownFiles =
        [LabPlan.FileName, LabState.FileName, ProcessRecord.FileName, ControlFile.Name, "kubeconfig", "provisioner.json", "gcloud.log", "asmcli", LockFile];

    private const string MeshFolder = "mesh";

    private static readonly string[] s_ownFolders = ["clusters", MeshFolder, "google", "asm", "overlays", "charts"];

    private readonly FileStream _lock;
    private readonly bool _keep;

    private LabFolder(string path, FileStream held, bool keep)
    {
        Path = path;
        _lock = held;
        _keep = keep;
    }

    public string Path { get; }

    /// <summary>Takes the folder that was asked for, or the first one no lab lives in.</summary>
    /// <param name="keep">Whether the clusters' state stays in the folder, from an earlier lab and for a later one.</param>
    /// <exception cref="LabException">The folder cannot be used.</exception>
    public static LabFolder Claim(string? asked, string repository, Action<string> say, bool keep = false)
    {
        if (asked is not null)
        {
            var path = System.IO.Path.GetFullPath(asked);
            return TryClaim(path, keep) ?? throw new LabException(
                $"A lab runs in {path}.", "End it with Ctrl-C in its terminal, or start this one without --lab and Lab__Directory.");
        }

        for (var number = 1; ; number++)
        {
            var name = number == 1 ? ".lab" : $".lab-{number}";
            if (TryClaim(System.IO.Path.Combine(repository, name), keep) is { } folder)
            {
                if (number > 1)
                {
                    say($"Another lab runs in .lab; this one uses {name}. Its verbs need --lab: dotnet run --project Provisioner -- status --lab {name}");
                }

                return folder;
            }
        }
    }

    /// <summary>Removes what the lab made and is not to keep, and the folder when nothing else is in it.</summary>
    public void Remove()
    {
        try
        {
            Clean();
            _lock.Dispose();
            File.Delete(System.IO.Path.Combine(Path, LockFile));
            if (!Directory.EnumerateFileSystemEntries(Path).Any())
            {
                Directory.Delete(Path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{Path} could not be removed: {e.Message}");
        }
    }

    public void Dispose() => _lock.Dispose();

    private static LabFolder? TryClaim(string path, bool keep)
    {
        try
        {
            PrivateFile.CreateDirectory(path);

            if (Lock(System.IO.Path.Combine(path, LockFile)) is not { } held)
            {
                return null;
            }

            var folder = new LabFolder(path, held, keep);
            ProcessRecord.EndLeftovers(path);
            folder.Clean();
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException(
                $"The lab's folder {path} cannot be used: {e.Message}",
                $"Make it a folder that you can read and write, or remove it: rm -r {path}");
        }
    }

    private static FileStream? Lock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.GetType() == typeof(IOException) && File.Exists(path))
        {
            // Sharing violation: another process has it open. Every other trouble with the file has an exception type of its own.
            return null;
        }
    }

    private void Clean()
    {
        // The plan of a kept lab has the ports that its kubeconfigs name.
        foreach (var file in s_ownFiles.Where(f => f != LockFile && !(_keep && f == LabPlan.FileName)))
        {
            File.Delete(System.IO.Path.Combine(Path, file));
        }

        if (_keep)
        {
            CleanKept();
            return;
        }

        // The root of a mesh that still is in clusters of others: the next lab there goes on with it.
        var hasMesh = File.Exists(System.IO.Path.Combine(Path, ExistingPlan.RecordFile));
        foreach (var folder in s_ownFolders.Where(f => !(hasMesh && f == MeshFolder)).Select(f => System.IO.Path.Combine(Path, f)).Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A kubeconfig says that its cluster runs; everything else of a kept cluster stays.</summary>
    private void CleanKept()
    {
        var clusters = System.IO.Path.Combine(Path, "clusters");
        if (Directory.Exists(clusters))
        {
            foreach (var cluster in Directory.EnumerateDirectories(clusters))
            {
                File.Delete(System.IO.Path.Combine(cluster, "kubeconfig"));
            }
        }
    }
}
