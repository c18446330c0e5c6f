using Containers;
using Provisioner;

namespace AppHost.K3s;

/// <summary>The archives that every node imports at its start, so that no node pulls what another has pulled already.</summary>
internal static class NodeImages
{
    /// <summary>Kept from one lab to the next, beside the dashboard of this user.</summary>
    public static string Cache { get; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "lab", "images");

    /// <summary>The bundle's archives, or those of the images that this machine can fetch or build.</summary>
    /// <param name="node">The image of the nodes themselves, which the engine has afterwards.</param>
    /// <exception cref="LabException">The nodes' or whereami's image cannot be had.</exception>
    public static async Task<IReadOnlyList<string>> PrepareAsync(LabPlace place, string node, string whereami, Action<string> say, CancellationToken cancellation)
    {
        await RequireAsync(place, node, say, cancellation);
        UnfinishedFiles.Remove(Cache);
        var archives = new List<string>(place.Bundle?.Images ?? []);
        if (whereami == K3sImages.Whereami && !archives.Exists(OwnImage.Whereami.IsIn))
        {
            archives.Add(await OwnImage.Whereami.BuildAsync(place.Info!.Architecture, say, cancellation));
        }

        if (place.Bundle is not null)
        {
            return archives;
        }

        if (await RelayAsync(place, say, cancellation) is { } relay)
        {
            archives.Add(relay);
        }

        foreach (var image in (string[])[.. await SystemImages.ListAsync(node, PinnedImages.K3sReleases, say, cancellation), .. PinnedImages.Istio])
        {
            if (await SaveAsync(place, image, say, cancellation) is { } archive)
            {
                archives.Add(archive);
            }
        }

        return archives;
    }

    // First of all: without it nothing can start, and whatever else was fetched or built would be for nothing.
    private static async Task RequireAsync(LabPlace place, string image, Action<string> say, CancellationToken cancellation)
    {
        var engine = place.Engine!;
        var found = await engine.ArchitectureAsync(image, cancellation);
        if (IsFor(place, found))
        {
            return;
        }

        if (place.Bundle is { } bundle)
        {
            throw new LabException(
                found is null
                    ? $"{place.Info!.Kind} has no image {image}, and with the bundle in {bundle.Directory} nothing is pulled."
                    : $"The image {image} in {place.Info!.Kind} is made for {found}, its processor is {place.Info.Architecture}, and with the bundle in {bundle.Directory} nothing is pulled.",
                $"Load a bundle for linux/{place.Info.Architecture} into this engine: dotnet run --project Provisioner -- bundle load FILE");
        }

        using var pulling = new Waiting($"Pulling {image}", say);
        try
        {
            await engine.PullAsync(image, line => pulling.Last = line, cancellation, Platform(place));
        }
        catch (ContainerEngineException e)
        {
            throw new LabException(
                $"Mode k3s needs images, and the first cannot be had: {e.Message}.",
                $"{e.Cure}. A bundle is saved on a machine with a network: dotnet run --project Provisioner -- bundle save lab-bundle.tar. Without any image: dotnet run --project AppHost -- --mode embedded",
                e);
        }
    }

    private static async Task<string?> RelayAsync(LabPlace place, Action<string> say, CancellationToken cancellation)
    {
        try
        {
            return await OwnImage.Relay.BuildAsync(place.Info!.Architecture, say, cancellation);
        }
        catch (LabException e)
        {
            say($"{e.Message}. Without it the dashboard shows no spans of the clusters. {e.Cure}");
            return null;
        }
    }

    /// <returns>Null where the image could not be had: the nodes try for themselves, and say what they meet.</returns>
    private static async Task<string?> SaveAsync(LabPlace place, string image, Action<string> say, CancellationToken cancellation)
    {
        var engine = place.Engine!;
        try
        {
            if (!IsFor(place, await engine.ArchitectureAsync(image, cancellation)))
            {
                using var pulling = new Waiting($"Pulling {image}", say);
                await engine.PullAsync(image, line => pulling.Last = line, cancellation, Platform(place));
            }

            var id = await engine.RunAsync(["image", "inspect", "--format", "{{.Id}}", image], cancellation);
            var archive = Path.Combine(Cache, $"{image.Split('/')[^1].Replace(':', '-')}-{id.Split(':')[^1][..12]}.tar");
            if (!File.Exists(archive))
            {
                Directory.CreateDirectory(Cache);
                var unfinished = $"{archive}.{Environment.ProcessId}";
                using var saving = new Waiting($"Saving {image} for the nodes", say);
                try
                {
                    await engine.RunAsync(ImageArchive.SaveArguments(place.Info!, image, place.Info!.Architecture, unfinished), cancellation);
                    File.Move(unfinished, archive, overwrite: true);
                }
                finally
                {
                    // On a full disk it is what fills it.
                    File.Delete(unfinished);
                }
            }

            return archive;
        }
        catch (Exception e) when (e is ContainerEngineException or IOException or UnauthorizedAccessException)
        {
            // Where the archive does not fit, it is this folder that is full, not the engine's.
            say($"{e.Message}. The nodes pull it themselves. {(e.Message.Contains(Cache, StringComparison.Ordinal) ? $"Make room in {Cache}" : (e as ContainerEngineException)?.Cure)}");
            return null;
        }
    }

    private static string Platform(LabPlace place) => $"linux/{place.Info!.Architecture}";

    /// <summary>Whether the engine has an image, and for its own processor: one for another fails at its first instruction.</summary>
    /// <param name="found">What the engine says of the image; empty where the image does not say it.</param>
    internal static bool IsFor(LabPlace place, string? found) => found is not null && (found.Length == 0 || found == place.Info!.Architecture);
}
