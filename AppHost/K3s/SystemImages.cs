using System.Text.RegularExpressions;
using Containers;

namespace AppHost.K3s;

/// <summary>The images that k3s itself runs, as the list of its release names them (docs.k3s.io/installation/airgap).</summary>
internal static partial class SystemImages
{
    // The others on the list are of parts that the lab turns off.
    private static readonly string[] s_needed = ["klipper-helm", "klipper-lb", "mirrored-coredns-coredns", "mirrored-pause"];

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>The images, where the list has been fetched before; null where it has not.</summary>
    public static IReadOnlyList<string>? Known(string k3s) => File.Exists(FileOf(k3s)) ? Needed(File.ReadAllText(FileOf(k3s))) : null;

    /// <summary>The images; none where the list cannot be had, and nodes pull for themselves.</summary>
    /// <param name="k3s">The image of the nodes.</param>
    public static async Task<IReadOnlyList<string>> ListAsync(string k3s, string releases, Action<string> say, CancellationToken cancellation)
    {
        if (Known(k3s) is { } known)
        {
            return known;
        }

        if (AddressOf(k3s, releases) is not { } address)
        {
            return [];
        }

        try
        {
            using var http = new HttpClient { Timeout = s_patience };
            var list = await http.GetStringAsync(address, cancellation);
            Directory.CreateDirectory(NodeImages.Cache);
            var unfinished = $"{FileOf(k3s)}.{Environment.ProcessId}";
            await File.WriteAllTextAsync(unfinished, list, cancellation);
            File.Move(unfinished, FileOf(k3s), overwrite: true);
            return Needed(list);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            say($"{address} cannot be fetched: {e.Message}. The nodes pull k3s's own images themselves");
            return [];
        }
    }

    /// <summary>What the lab's nodes need of a list with an image on each line.</summary>
    internal static IReadOnlyList<string> Needed(string list) =>
        [.. list.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(image => s_needed.Contains(image.Split('/')[^1].Split(':')[0]))];

    /// <summary>Where the release of an image has its list; null for an image that is of no release.</summary>
    internal static Uri? AddressOf(string k3s, string releases) => Release().Match(k3s) is { Success: true } match
        ? new Uri($"{releases}/{Uri.EscapeDataString(PinnedImages.ReleaseOf(match.Groups[1].Value))}/k3s-images.txt")
        : null;

    private static string FileOf(string k3s) => Path.Combine(NodeImages.Cache, $"k3s-images-{k3s[(k3s.LastIndexOf(':') + 1)..]}.txt");

    [GeneratedRegex(@"/k3s:(v\d+\.\d+\.\d+-k3s\d+)$")]
    private static partial Regex Release();
}
