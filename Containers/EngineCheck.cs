namespace Containers;

/// <summary>Whether an engine and its machine can carry k3s clusters; every problem at once.</summary>
public static class EngineCheck
{
    /// <summary>A server with its pods takes about 1.5 GB.</summary>
    private const long MemoryPerCluster = 3L << 29;

    private static readonly Version s_oldestDocker = new(20, 10);
    private static readonly Version s_oldestPodman = new(4, 4);

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

    private static IEnumerable<EngineProblem> Age(EngineInfo engine)
    {
        var oldest = engine.Kind == "podman" ? s_oldestPodman : s_oldestDocker;
        if (engine.Version < oldest)
        {
            yield return new($"{engine.Kind} {engine.Version} is too old; k3s needs {oldest} or newer", "Update it: https://docs.docker.com/engine/install");
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

    private static string Gigabytes(long bytes) => (bytes / (double)(1 << 30)).ToString("0.0", System.Globalization.CultureInfo.InvariantCulture);
}
