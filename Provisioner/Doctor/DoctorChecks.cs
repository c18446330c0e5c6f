using System.Globalization;
using Containers;

namespace Provisioner.Doctor;

/// <summary>Tells from what was read of a machine what a mode of the lab lacks on it.</summary>
internal static class DoctorChecks
{
    private const double Gigabyte = 1 << 30;
    private const int PoolsOfDocker = 31;

    // As many as the lab has when nothing else is asked for.
    private const int Clusters = 2;

    /// <param name="machine">What was read.</param>
    /// <param name="mode">embedded, k3s, existing, gke or rehearsal; null to look at everything and need only what the simplest mode does.</param>
    public static IReadOnlyList<Finding> Find(MachineFacts machine, string? mode) =>
    [
        Architecture(machine, mode),
        Processors(machine),
        Memory(machine, mode),
        Disk(machine, mode),
        .. Engine(machine, mode),
        .. Inotify(machine, mode),
        .. Ports(machine),
        .. machine.Tools.Select(tool => Tool(tool, mode)),
        .. Installer(machine, mode),
        .. Proxies(machine),
        .. Bundle(machine, mode),
    ];

    private static Finding Architecture(MachineFacts machine, string? mode) => machine.Architecture is "amd64" or "arm64"
        ? new("system", Severity.Ok, $"{machine.OperatingSystem}, {machine.Architecture}")
        : new("system", mode == "k3s" ? Severity.Error : Severity.Warning,
            $"{machine.OperatingSystem}, {machine.Architecture}: Istio's images are made for amd64 and arm64", "Use another machine, or --mode embedded");

    private static Finding Processors(MachineFacts machine) => machine.Processors >= 2
        ? new("processors", Severity.Ok, $"{machine.Processors}")
        : new("processors", Severity.Warning, $"{machine.Processors}: stages will be slow, and checks may pass their deadlines", "Give the machine two or more");

    private static Finding Memory(MachineFacts machine, string? mode)
    {
        // Two clusters with Istio take about 4 GB beside the system; embedded takes less than half of one.
        var needed = mode == "k3s" ? 6 : 2;
        var has = machine.MemoryBytes / Gigabyte;
        return has >= needed
            ? new("memory", Severity.Ok, $"{Number(has)} GB")
            : new("memory", Severity.Warning, $"{Number(has)} GB; mode {mode ?? "embedded"} wants {needed} GB", "Close other programs, or give the machine more");
    }

    private static Finding Disk(MachineFacts machine, string? mode)
    {
        var needed = mode == "k3s" ? 10 : 1;
        var free = machine.FreeBytes / Gigabyte;
        return free >= needed
            ? new("disk", Severity.Ok, $"{Number(free)} GB free in {machine.Folder}")
            : new("disk", free < 0.1 ? Severity.Error : Severity.Warning, $"{Number(free)} GB free in {machine.Folder}; mode {mode ?? "embedded"} wants {needed} GB",
                "Free some; for images: docker system prune");
    }

    private static IEnumerable<Finding> Engine(MachineFacts machine, string? mode)
    {
        if (machine.Engine is not { Info: var info } engine)
        {
            var (reason, cure) = machine.EngineTrouble ?? ("none was looked for", "");
            yield return new("container engine", mode == "k3s" ? Severity.Error : Severity.Note, $"{reason}; only mode k3s needs one", cure);
            yield break;
        }

        yield return new("container engine", Severity.Ok, $"{engine.Command} {info.Version}, {info.OperatingSystem}, {info.Architecture}, {info.Processors} processors, {Number(info.MemoryBytes / Gigabyte)} GB");
        foreach (var problem in EngineCheck.Problems(info, Clusters))
        {
            yield return new("container engine", mode != "k3s" ? Severity.Note : problem.Fatal ? Severity.Error : Severity.Warning, problem.What, problem.Cure);
        }

        if (!UsesEngine(mode))
        {
            yield break;
        }

        yield return info.CgroupVersion == 2
            ? new("control groups", Severity.Ok, "version 2")
            : new("control groups", Severity.Warning, "version 1, which kubelets refuse unless told otherwise; the lab tells them", "Boot with systemd.unified_cgroup_hierarchy=1 where you can");
        yield return engine.Networks < PoolsOfDocker - 4
            ? new("address pools", Severity.Ok, $"{engine.Networks} networks; the engine has addresses for about {PoolsOfDocker}")
            : new("address pools", engine.Networks >= PoolsOfDocker ? Severity.Error : Severity.Warning,
                $"{engine.Networks} networks, and the engine has addresses for about {PoolsOfDocker}", $"Remove those that nothing uses: {engine.Command} network prune");
        yield return EngineCheck.Clock(engine.ClockSkew) is [var clock]
            ? new("clock", clock.Fatal ? Severity.Error : Severity.Warning, clock.What, clock.Cure)
            : new("clock", Severity.Ok, $"the engine's differs by {Seconds(engine.ClockSkew)} s");
        if (EngineCheck.Disk(info.Folder, engine.FreeBytes, Clusters) is [var disk])
        {
            yield return new("engine's disk", disk.Fatal && mode == "k3s" ? Severity.Error : Severity.Warning, disk.What, disk.Cure);
        }

        foreach (var (image, present) in engine.Images)
        {
            yield return present is { Length: > 0 } other && other != info.Architecture
                ? new("image", Severity.Warning, $"{image} is made for {other}, and the engine's processor is {info.Architecture}", "Remove it; the next start pulls the right one, or load a bundle: dotnet run --project Provisioner -- bundle load FILE")
                : present is not null ? new("image", Severity.Ok, $"{image} is here")
                : machine.Bundle is { Trouble: null } ? new("image", Severity.Note, $"{image} is not here; the bundle has what nodes need")
                : new("image", Severity.Note, $"{image} is not here, and would be pulled at the first start", "Where there is no network, load a bundle: dotnet run --project Provisioner -- bundle load FILE");
        }
    }

    private static IEnumerable<Finding> Inotify(MachineFacts machine, string? mode) =>
        from limit in ((string Name, int? Found, int Wanted)[])
        [
            ("max_user_instances", machine.InotifyInstances, 512),
            ("max_user_watches", machine.InotifyWatches, 65536),
        ]
        where limit.Found is not null && UsesEngine(mode)
        select limit.Found >= limit.Wanted
            ? new Finding("inotify", Severity.Ok, $"fs.inotify.{limit.Name} is {limit.Found}")
            : new Finding(
                "inotify", mode == "k3s" ? Severity.Warning : Severity.Note, $"fs.inotify.{limit.Name} is {limit.Found}; two clusters want {limit.Wanted}, or pods fail with 'too many open files'",
                $"sudo sysctl fs.inotify.{limit.Name}={limit.Wanted * 2}");

    private static IEnumerable<Finding> Ports(MachineFacts machine)
    {
        var busy = machine.Ports.Where(port => port.Value).Select(port => port.Key).ToArray();
        yield return busy.Length == 0
            ? new("ports", Severity.Ok, $"{string.Join(", ", machine.Ports.Keys)} are free")
            : new("ports", Severity.Note, $"{string.Join(", ", busy)} are in use; the lab takes the next free ones and says which", "To have the usual ones, end what listens there");
    }

    private static Finding Tool(ToolFacts tool, string? mode)
    {
        var needed = mode is not null && tool.NeededIn.Contains(mode);
        return tool.Path is null ? new(tool.Name, needed ? Severity.Error : Severity.Note, needed ? $"is not on PATH, and mode {mode} needs it" : "is not on PATH", tool.Cure)
            : tool.Version is null ? new(tool.Name, needed ? Severity.Error : Severity.Warning, $"{tool.Path} does not say its version: it may not run", tool.Cure)
            : new(tool.Name, Severity.Ok, $"{tool.Version} ({tool.Path})");
    }

    private static IEnumerable<Finding> Installer(MachineFacts machine, string? mode) =>
        mode == "existing" && machine.Tools.All(tool => tool.Name is not ("helm" or "istioctl") || tool.Path is null)
            ? [new("mesh installer", Severity.Error, "neither helm nor istioctl is on PATH, and mode existing needs one of them", "Install helm: https://helm.sh/docs/intro/install")]
            : [];

    private static IEnumerable<Finding> Proxies(MachineFacts machine)
    {
        if (machine.Proxies.Count == 0)
        {
            yield return new("proxy", Severity.Ok, "no proxy variables are set");
            yield break;
        }

        var exempt = machine.Proxies.Where(entry => entry.Key.Equals("no_proxy", StringComparison.OrdinalIgnoreCase)).Select(entry => entry.Value).FirstOrDefault() ?? "";
        var names = string.Join(", ", machine.Proxies.Keys);
        yield return exempt.Split(',', StringSplitOptions.TrimEntries).Any(host => host is "localhost" or "127.0.0.1" or "*")
            ? new("proxy", Severity.Ok, $"{names} are set, and leave loopback alone")
            : new("proxy", Severity.Warning, $"{names} are set; the lab keeps loopback out of it, and kubectl does, but curl would ask the proxy for the lab's addresses", "export NO_PROXY=localhost,127.0.0.1,::1 no_proxy=localhost,127.0.0.1,::1");
    }

    private static IEnumerable<Finding> Bundle(MachineFacts machine, string? mode) => machine.Bundle switch
    {
        { Trouble: { } trouble } bad => [new("bundle", mode == "k3s" ? Severity.Error : Severity.Warning, $"{bad.Folder}: {trouble}", "Load it again: dotnet run --project Provisioner -- bundle load FILE")],
        { } good => [new("bundle", Severity.Ok, $"loaded in {good.Folder}")],
        null => [],
    };

    // Without a mode it is looked at what any of them would need.
    private static bool UsesEngine(string? mode) => mode is null or "k3s";

    private static string Number(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan skew) => skew.TotalSeconds.ToString("+0.0;-0.0;0", CultureInfo.InvariantCulture);
}
