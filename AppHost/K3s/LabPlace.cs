using System.Globalization;
using System.Net;
using AppHost.Options;
using Containers;
using Provisioner;

namespace AppHost.K3s;

/// <summary>Where the lab runs, decided before anything else is.</summary>
/// <param name="Mode">As <c>.lab/plan.json</c> names it.</param>
/// <param name="Engine">The engine, in mode k3s.</param>
internal sealed record LabPlace(string Mode, ContainerEngine? Engine = null, EngineInfo? Info = null, LoadedBundle? Bundle = null)
{
    private const string K3sLine = "dotnet run --project AppHost -- --mode k3s";
    private const string EmbeddedLine = "dotnet run --project AppHost -- --mode embedded";

    // The choice is said within 3 s, whatever the engine does.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2.5);

    /// <exception cref="LabException">The mode that was asked for cannot be had here; the message has every reason.</exception>
    public static async Task<LabPlace> ChooseAsync(LabOptions options, Action<string> say) => options.Mode switch
    {
        LabMode.K3s => await K3sAsync(options, say),
        LabMode.Auto => await AutoAsync(options, say),
        _ => new LabPlace(options.Mode.ToString().ToLowerInvariant()),
    };

    private static async Task<LabPlace> K3sAsync(LabOptions options, Action<string> say)
    {
        try
        {
            var (engine, info, problems) = await AskAsync(options, CancellationToken.None);
            foreach (var problem in problems.Where(p => !p.Fatal))
            {
                say($"{problem.What}. {problem.Cure}");
            }

            return problems.Any(p => p.Fatal) ? throw Refusal(problems) : new LabPlace("k3s", engine, info, LoadedBundle.Find(options.BundleDirectory));
        }
        catch (ContainerEngineException e)
        {
            throw new LabException($"Mode k3s: {e.Message}.", $"{e.Cure}. Without an engine: {EmbeddedLine}", e);
        }
    }

    private static async Task<LabPlace> AutoAsync(LabOptions options, Action<string> say)
    {
        using var limit = new CancellationTokenSource(s_patience);
        try
        {
            var (engine, info, problems) = await AskAsync(options, limit.Token);
            if (problems.FirstOrDefault(p => p.Fatal) is { } problem)
            {
                return Embedded(problem.What, problem.Cure);
            }

            var bundle = LoadedBundle.Find(options.BundleDirectory);
            var missing = await MissingAsync(engine, info.Architecture, options, bundle, limit.Token);
            if (missing.Count > 0)
            {
                return Embedded($"{info.Kind} answers, but has no {string.Join(", ", missing)}", $"It is fetched with: {K3sLine}");
            }

            say($"Mode k3s: {info.Kind} {info.Version} answers and {(bundle is null ? "all images are here" : $"the bundle in {bundle.Directory} is loaded")}. For clusters without containers: {EmbeddedLine}");
            return new LabPlace("k3s", engine, info, bundle);
        }
        catch (ContainerEngineException e)
        {
            return Embedded(e.Message, e.Cure);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return Embedded($"the container engine gave no answer in {s_patience.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s", "See what it does: docker info, or podman info");
        }

        LabPlace Embedded(string why, string cure)
        {
            say($"Mode embedded: {why}. For two real clusters: {K3sLine}. {cure}");
            return new LabPlace("embedded");
        }
    }

    private static async Task<(ContainerEngine Engine, EngineInfo Info, IReadOnlyList<EngineProblem> Problems)> AskAsync(
        LabOptions options, CancellationToken cancellation)
    {
        var engine = await EngineFinder.FindAsync(cancellation);
        var asked = DateTimeOffset.UtcNow;
        var info = EngineInfo.AskAsync(engine, cancellation);
        var ranges = AddressRanges.InUseAsync(engine, cancellation);
        await Task.WhenAll(info, ranges);
        return (engine, await info, [.. Problems(await info, await ranges, options), .. EngineCheck.Clock((await info).Time is { } time ? time - asked : TimeSpan.Zero)]);
    }

    private static IReadOnlyList<EngineProblem> Problems(EngineInfo info, IReadOnlyList<(string Owner, IPNetwork Range)> inUse, LabOptions options) =>
    [
        .. EngineCheck.Place(PlaceVariable(info.Kind), Environment.GetEnvironmentVariable(PlaceVariable(info.Kind))),
        .. EngineCheck.Problems(info, options.Clusters.Count),
        .. EngineCheck.Disk(info.Folder, EngineCheck.FreeBytes(info.Folder), options.Clusters.Count),
        .. EngineCheck.Inotify(InotifyInstances(), options.Clusters.Count, canRaise: !info.Rootless),
        .. AddressRanges.Conflicts(
            [.. options.Clusters.SelectMany((cluster, index) => new[] { ($"Clusters:{index}:PodCidr", cluster.PodCidr), ($"Clusters:{index}:ServiceCidr", cluster.ServiceCidr) })],
            inUse),
    ];

    private static string PlaceVariable(string kind) => kind == "podman" ? "CONTAINER_HOST" : "DOCKER_HOST";

    private static int? InotifyInstances() =>
        File.Exists("/proc/sys/fs/inotify/max_user_instances")
            && int.TryParse(File.ReadAllText("/proc/sys/fs/inotify/max_user_instances"), CultureInfo.InvariantCulture, out var instances)
            ? instances
            : null;

    private static async Task<IReadOnlyList<string>> MissingAsync(
        ContainerEngine engine, string architecture, LabOptions options, LoadedBundle? bundle, CancellationToken cancellation)
    {
        var system = SystemImages.Known(options.K3sImage);
        string[] images = bundle is null ? [options.K3sImage, .. system ?? [], .. PinnedImages.Istio] : [options.K3sImage];
        var found = await Task.WhenAll(images.Select(image => engine.ArchitectureAsync(image, cancellation)));
        return
        [
            .. images.Where((_, index) => found[index] is null),
            .. images.Zip(found).Where(pair => pair.Second is { Length: > 0 } other && other != architecture).Select(pair => $"{pair.First} for {architecture}"),
            .. bundle is null && system is null ? new[] { "list of the images that k3s runs itself" } : [],
            .. bundle is null && options.WhereamiImage == K3sImages.Whereami && !File.Exists(OwnImage.Whereami.Archive(architecture)) ? new[] { options.WhereamiImage } : [],
        ];
    }

    private static LabException Refusal(IReadOnlyList<EngineProblem> problems) => new(
        $"k3s cannot run here:\n{string.Join('\n', problems.Where(p => p.Fatal).Select(p => $"- {p.What}. {p.Cure}"))}\n", $"Without an engine: {EmbeddedLine}");
}
