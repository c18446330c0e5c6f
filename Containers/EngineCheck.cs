using System.Globalization;

namespace Containers;

/// <summary>Whether an engine and its machine can carry k3s clusters; every problem at once.</summary>
public static class EngineCheck
{
    /// <summary>A server with its pods takes about 1.5 GB.</summary>
    private const long MemoryPerCluster = 3L << 29;

    /// <summary>A node's own copies of the images, unpacked, and what of them the engine and the lab keep.</summary>
    private const long DiskPerCluster = 4L << 30;

    private static readonly Version s_oldestDocker = new(20, 10);
    private static readonly Version s_oldestPodman = new(4, 3);
    private static readonly TimeSpan s_tolerableSkew = TimeSpan.FromSeconds(5);

    // Certificates of the mesh are valid from so long before they are made.
    private static readonly TimeSpan s_fatalSkew = TimeSpan.FromMinutes(5);

    public static IReadOnlyList<EngineProblem> Problems(EngineInfo engine, int clusters) =>
    [
        .. Age(engine),
        .. Platform(engine),
        .. ControlGroups(engine),
        .. Memory(engine, clusters),
    ];

    /// <param name="instances">The system's <c>fs.inotify.max_user_instances</c>; null where there is none to read.</param>
    /// <param name="canRaise">The nodes raise the limit themselves: their engine runs as root.</param>
    public static IReadOnlyList<EngineProblem> Inotify(int? instances, int clusters, bool canRaise) => instances < 128 * clusters && !canRaise
        ?
        [
            new($"fs.inotify.max_user_instances is {instances}; {clusters} clusters need {128 * clusters} and more, or their pods fail with 'too many open files'",
                "Raise it: sudo sysctl fs.inotify.max_user_instances=1024 fs.inotify.max_user_watches=1048576"),
        ]
        : [];

    /// <summary>An engine on another machine publishes ports and reads files there, not here.</summary>
    /// <param name="variable">Name of the variable that says where the engine is.</param>
    /// <param name="address">Its value; null where it is not set.</param>
    public static IReadOnlyList<EngineProblem> Place(string variable, string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var engine) && engine.Scheme is "tcp" or "ssh" or "http" or "https" && !engine.IsLoopback
            ?
            [
                new($"{variable} is {address}: an engine of another machine, whose ports do not open here", $"Unset {variable}, so that the engine of this machine is used; or take --mode embedded"),
            ]
            : [];

    /// <param name="skew">The engine's clock minus this machine's.</param>
    public static IReadOnlyList<EngineProblem> Clock(TimeSpan skew) => skew.Duration() <= s_tolerableSkew
        ? []
        :
        [
            new(string.Create(CultureInfo.InvariantCulture, $"the engine's clock differs by {skew.TotalSeconds:+0.0;-0.0} s: certificates and tokens made now are not valid there, or no longer"),
                "Set both by NTP; on a laptop that has slept, restart the engine's virtual machine",
                Fatal: skew.Duration() > s_fatalSkew),
        ];

    /// <param name="folder">Where the engine keeps images and volumes.</param>
    /// <param name="freeBytes">What is free there; null where the folder is not on this machine.</param>
    public static IReadOnlyList<EngineProblem> Disk(string? folder, long? freeBytes, int clusters) => freeBytes is { } free && free < DiskPerCluster * clusters
        ?
        [
            new($"{Gigabytes(free)} GB are free in {folder}; {clusters} clusters with their images take about {Gigabytes(DiskPerCluster * clusters)} GB, and images that do not fit are lost",
                "Make room for the engine: docker system prune, or podman system prune",
                Fatal: free < DiskPerCluster / 4),
        ]
        : [];

    /// <summary>Bytes that are free where a folder is; null where it is not on this machine.</summary>
    public static long? FreeBytes(string? folder)
    {
        try
        {
            return Directory.Exists(folder) ? new DriveInfo(folder).AvailableFreeSpace : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static IEnumerable<EngineProblem> Age(EngineInfo engine)
    {
        var oldest = engine.Kind == "podman" ? s_oldestPodman : s_oldestDocker;
        if (engine.Version < oldest)
        {
            yield return new($"{engine.Kind} {engine.Version} is too old; k3s needs {oldest} or newer", engine.Kind == "podman" ? "Update it: https://podman.io/docs/installation" : "Update it: https://docs.docker.com/engine/install");
        }
    }

    private static IEnumerable<EngineProblem> Platform(EngineInfo engine)
    {
        if (engine.OperatingSystem != "linux")
        {
            yield return new($"the engine runs {engine.OperatingSystem} containers; k3s is a Linux program", "Switch Docker Desktop to Linux containers");
        }

        if (engine.Architecture is not ("amd64" or "arm64"))
        {
            yield return new($"the engine's processor is {engine.Architecture}; Istio's images are made for amd64 and arm64", "Use another machine, or take --mode embedded");
        }
    }

    private static IEnumerable<EngineProblem> ControlGroups(EngineInfo engine)
    {
        if (engine is { Rootless: true, CgroupVersion: 1 })
        {
            yield return new($"{engine.Kind} runs without root on control groups version 1, where it may not limit containers", "Run the engine as root, or boot with systemd.unified_cgroup_hierarchy=1");
        }
        else if (engine.Rootless && engine.MissingControllers.Count > 0)
        {
            yield return new(
                $"{engine.Kind} runs without root and may not use the controllers {string.Join(", ", engine.MissingControllers)}; the kubelet needs them",
                "Delegate them: Delegate=cpu cpuset io memory pids in /etc/systemd/system/user@.service.d/delegate.conf, then log in again");
        }
    }

    private static IEnumerable<EngineProblem> Memory(EngineInfo engine, int clusters)
    {
        var needed = MemoryPerCluster * clusters;
        if (engine.MemoryBytes > 0 && engine.MemoryBytes < needed)
        {
            yield return new(
                $"the engine has {Gigabytes(engine.MemoryBytes)} GB of memory; {clusters} clusters need about {Gigabytes(needed)} GB",
                "Give it more (Docker Desktop: Settings, Resources; podman machine set --memory), or take --mode embedded");
        }
    }

    private static string Gigabytes(long bytes) => (bytes / (double)(1 << 30)).ToString("0.0", CultureInfo.InvariantCulture);
}
