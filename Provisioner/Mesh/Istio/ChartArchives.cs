using Provisioner.Clusters;

namespace Provisioner.Mesh.Istio;

/// <summary>Istio's charts as archives: those of a bundle, or fetched by this machine once and kept.</summary>
/// <remarks>
/// This machine reaches a network where pods often do not: behind a proxy, or where k3s has put a public resolver in the place of the engine's.
/// </remarks>
/// <param name="bundle">The folder of a bundle's charts; null where charts are fetched.</param>
/// <param name="cache">Where those that were fetched are kept.</param>
/// <param name="repository">Where they are fetched from.</param>
internal sealed class ChartArchives(string? bundle, string cache, Uri repository, ILogger<ChartArchives> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim once = new(1);

    public bool IsBundle => bundle is not null;

    /// <summary>Where charts come from, for a log's reader.</summary>
    public string Source => bundle ?? repository.ToString().TrimEnd('/');

    /// <summary>What a bundle lacks, before anything is made.</summary>
    public IReadOnlyList<Problem> Problems() =>
    [
        .. from chart in IstioRelease.Charts
           let file = bundle is null ? null : Path.Combine(bundle, IstioRelease.Archive(chart))
           where file is not null && !File.Exists(file)
           select new Problem($"the bundle has no chart {file}", "Load it again: dotnet run --project Provisioner -- bundle load FILE"),
    ];

    /// <summary>A chart's .tgz; null where it cannot be fetched here, and the cluster has to try.</summary>
    /// <exception cref="LabException">The bundle has none.</exception>
    public async Task<byte[]?> ReadAsync(string chart, CancellationToken cancellation)
    {
        if (Problems() is [var problem, ..])
        {
            throw new LabException(problem.What, problem.Cure);
        }

        if (bundle is not null)
        {
            return await File.ReadAllBytesAsync(Path.Combine(bundle, IstioRelease.Archive(chart)), cancellation);
        }

        // All clusters install at the same time.
        await once.WaitAsync(cancellation);
        try
        {
            return await FetchAsync(IstioRelease.Archive(chart), cancellation);
        }
        finally
        {
            once.Release();
        }
    }

    private async Task<byte[]?> FetchAsync(string name, CancellationToken cancellation)
    {
        var path = Path.Combine(cache, name);
        if (File.Exists(path))
        {
            return await File.ReadAllBytesAsync(path, cancellation);
        }

        var address = new Uri($"{Source}/{name}");
        try
        {
            using var http = new HttpClient { Timeout = Patience };
            var content = await http.GetByteArrayAsync(address, cancellation);
            if (content is not [0x1f, 0x8b, ..])
            {
                throw new InvalidDataException("what answers there is no chart, perhaps a proxy's login page");
            }

            await KeepAsync(path, content, cancellation);
            return content;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException or UnauthorizedAccessException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            log.LogWarning("{Address} cannot be fetched by this machine, so each cluster fetches it itself: {Reason}", address, e.Message);
            return null;
        }
    }

    // Beside its place, so that it gets there whole.
    private async Task KeepAsync(string path, byte[] content, CancellationToken cancellation)
    {
        Directory.CreateDirectory(cache);
        var unfinished = $"{path}.{Environment.ProcessId}";
        await File.WriteAllBytesAsync(unfinished, content, cancellation);
        File.Move(unfinished, path, overwrite: true);
    }
}
