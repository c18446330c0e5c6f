using System.Collections;
using System.Globalization;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using Containers;
using Provisioner.Bundles;
using Provisioner.Mesh.Istio;
using Provisioner.Tools;

namespace Provisioner.Doctor;

/// <summary>Reads what the doctor looks at; whatever cannot be read is absent, and never stops it.</summary>
internal static class MachineProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // Podman has no daemon: each of its answers is a whole start.
    private static readonly TimeSpan EnginePatience = TimeSpan.FromSeconds(30);

    private static readonly int[] DefaultPorts = [8080, 8081, 8082, 18888];

    public static async Task<MachineFacts> ReadAsync(string? engineProgram, string folder, string bundleHome, CancellationToken cancellation)
    {
        var tools = Task.WhenAll(DoctorTools.All.Select(tool => ToolAsync(tool, cancellation)));
        var (engine, trouble) = await EngineAsync(engineProgram, cancellation);
        var listening = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(end => end.Port).ToHashSet();
        return new MachineFacts
        {
            OperatingSystem = RuntimeInformation.OSDescription,
            Architecture = RuntimeInformation.OSArchitecture switch { Architecture.X64 => "amd64", Architecture.Arm64 => "arm64", var other => other.ToString().ToLowerInvariant() },
            Processors = Environment.ProcessorCount,
            MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            Folder = folder,
            FreeBytes = Free(folder),
            Engine = engine,
            EngineTrouble = trouble,
            InotifyInstances = Limit("max_user_instances"),
            InotifyWatches = Limit("max_user_watches"),
            Ports = DefaultPorts.ToDictionary(port => port, listening.Contains),
            Tools = await tools,
            Proxies = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
                .Where(entry => entry.Key is string name && name.EndsWith("_proxy", StringComparison.OrdinalIgnoreCase) && entry.Value is string { Length: > 0 })
                .ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!),
            Bundle = await BundleAsync(bundleHome, cancellation),
        };
    }

    private static async Task<ToolFacts> ToolAsync(
        (string Name, IReadOnlyList<string> Arguments, IReadOnlyList<string> NeededIn, string Cure) tool, CancellationToken cancellation)
    {
        if (Programs.Find(tool.Name) is not { } path)
        {
            return new ToolFacts(tool.Name, null, null, tool.NeededIn, tool.Cure);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            var (output, _) = await ToolRun.TryAsync(path, tool.Arguments, patience.Token);
            return new ToolFacts(tool.Name, path, output?.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(), tool.NeededIn, tool.Cure);
        }
        catch (Exception e) when (e is LabException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            return new ToolFacts(tool.Name, path, null, tool.NeededIn, tool.Cure);
        }
    }

    private static async Task<(EngineFacts? Engine, (string Reason, string Cure)? Trouble)> EngineAsync(string? given, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(EnginePatience);
        try
        {
            var engine = await EngineFinder.FindAsync(patience.Token, given);
            var asked = DateTimeOffset.UtcNow;
            var info = await EngineInfo.AskAsync(engine, patience.Token);
            var networks = (await engine.TryRunAsync(["network", "ls", "--filter", "driver=bridge", "--quiet"], patience.Token)).Output;
            var images = await Task.WhenAll(Images().Select(async image => (image, Architecture: await engine.ArchitectureAsync(image, patience.Token))));
            return (
                new EngineFacts(
                    engine.Command,
                    info,
                    networks.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length,
                    info.Time is { } time ? time - asked : TimeSpan.Zero,
                    images.ToDictionary(each => each.image, each => each.Architecture),
                    EngineCheck.FreeBytes(info.Folder)),
                null);
        }
        catch (ContainerEngineException e)
        {
            return (null, (e.Message, e.Cure));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, ($"the container engine gave no answer within {EnginePatience.TotalSeconds:0} s", "Restart the engine"));
        }
    }

    private static IEnumerable<string> Images() => [PinnedImages.K3s, .. PinnedImages.Istio];

    private static async Task<(string, string?)?> BundleAsync(string home, CancellationToken cancellation)
    {
        if (!Directory.Exists(home))
        {
            return null;
        }

        try
        {
            // Digests are what 'bundle verify' is for; here it is whether the files are there.
            var manifest = BundleManifest.Read(await File.ReadAllBytesAsync(Path.Combine(home, BundleLayout.Manifest), cancellation), home);
            var missing = manifest.Files.FirstOrDefault(file => !File.Exists(Path.Combine(home, file.Path)));
            return (home, missing is null ? null : $"{missing.Path} is missing");
        }
        catch (Exception e) when (e is LabException or IOException or UnauthorizedAccessException)
        {
            return (home, e.Message);
        }
    }

    private static int? Limit(string name)
    {
        try
        {
            return int.TryParse(File.ReadAllText($"/proc/sys/fs/inotify/{name}"), CultureInfo.InvariantCulture, out var limit) ? limit : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long Free(string folder)
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return 0;
        }
    }
}
