using Containers;
using Provisioner.Mesh.Istio;

namespace Provisioner.Bundles;

/// <summary>Collects on a connected machine what a lab on k3s needs, and packs it.</summary>
internal sealed class BundleSaver(ContainerEngine engine, HttpClient http, BundleSources sources, Action<string> say)
{
    public async Task SaveAsync(string path, IReadOnlyList<string> platforms, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("lab-bundle-").FullName;
        try
        {
            var files = new List<BundleFile>();
            var info = await EngineInfo.AskAsync(engine, cancellation);

            // An engine keeps under an image's name what was pulled last: its own platform, for the next lab here.
            foreach (var platform in platforms.OrderBy(each => each == $"linux/{info.Architecture}"))
            {
                files.Add(await ImageAsync(info, folder, BundleLayout.Engine, PinnedImages.K3s, platform, cancellation));
                foreach (var image in PinnedImages.Istio)
                {
                    files.Add(await ImageAsync(info, folder, BundleLayout.Images, image, platform, cancellation));
                }

                files.Add(await AirgapAsync(folder, platform, cancellation));
                files.AddRange(await OwnAsync(folder, platform, cancellation));
            }

            foreach (var chart in IstioRelease.Charts)
            {
                var name = $"{BundleLayout.Charts}/{IstioRelease.Archive(chart)}";
                var address = BundleContents.ChartAddress(sources.Charts, chart);
                await DownloadAsync(address, Path.Combine(folder, name), cancellation);
                files.Add(await BundleArchive.DescribeAsync(folder, name, null, address.ToString(), cancellation));
            }

            files.AddRange(await DashboardAsync(folder, cancellation));
            var manifest = new BundleManifest
            {
                Version = BundleManifest.CurrentVersion,
                Istio = IstioRelease.Version,
                K3s = PinnedImages.K3sVersion,
                Platforms = platforms,
                Files = files,
            };
            say($"packing {files.Count} files into {path}");
            await BundleArchive.PackAsync(folder, manifest, path, cancellation);
        }
        catch (ContainerEngineException e)
        {
            throw new LabException(e.Message, e.Cure, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"{path} cannot be written: {e.Message}", $"Make room, about 3 GB for each platform, in its folder and in {Path.GetTempPath()} (or set TMPDIR to another)", e);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<BundleFile> ImageAsync(EngineInfo info, string folder, string kind, string image, string platform, CancellationToken cancellation)
    {
        var name = $"{kind}/{BundleLayout.FolderOf(platform)}/{BundleContents.ArchiveOf(image)}";
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name))!);
        say($"pulling {image} for {platform}");
        await engine.PullAsync(image, _ => { }, cancellation, platform);
        var digest = await engine.RunAsync(["image", "inspect", "--format", "{{index .RepoDigests 0}}", image], cancellation);
        await engine.RunAsync(ImageArchive.SaveArguments(info, image, BundleContents.Architecture(platform), Path.Combine(folder, name)), cancellation);
        return await BundleArchive.DescribeAsync(folder, name, platform, digest, cancellation);
    }

    private async Task<BundleFile> AirgapAsync(string folder, string platform, CancellationToken cancellation)
    {
        var (archive, list) = (BundleContents.AirgapArchive(platform), BundleContents.AirgapDigests(platform));
        var name = $"{BundleLayout.Images}/{BundleLayout.FolderOf(platform)}/{archive}";
        var address = BundleContents.AirgapAddress(sources.Releases, archive);
        await DownloadAsync(address, Path.Combine(folder, name), cancellation);
        var file = await BundleArchive.DescribeAsync(folder, name, platform, address.ToString(), cancellation);
        var listed = DigestIn(await TextAsync(BundleContents.AirgapAddress(sources.Releases, list), cancellation), archive);
        return listed == file.Sha256
            ? file
            : throw new LabException($"{archive} has the digest {file.Sha256}, and k3s's own {list} names {listed ?? "none"}", "Save the bundle again; if it stays so, do not use the file");
    }

    /// <summary>The digest of a file in a list as <c>sha256sum</c> writes it: <c>DIGEST  NAME</c>.</summary>
    internal static string? DigestIn(string list, string file) => list.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .FirstOrDefault(parts => parts.Length == 2 && parts[1].TrimStart('*') == file)?[0];

    private async Task<IReadOnlyList<BundleFile>> OwnAsync(string folder, string platform, CancellationToken cancellation)
    {
        var architecture = BundleContents.Architecture(platform);
        var archives = Directory.Exists(sources.OwnImages)
            ? Directory.EnumerateFiles(sources.OwnImages, $"*-{architecture}.tar").GroupBy(ProgramOf).Select(each => each.MaxBy(File.GetLastWriteTimeUtc)!).ToArray()
            : [];
        if (archives.Length == 0)
        {
            say($"warning: {sources.OwnImages} has no image of the lab's own for {platform}: the workshop machine builds it, or takes another with --Lab:WhereamiImage. "
                + "Run the lab here once to have it in the bundle: dotnet run --project AppHost -- --mode k3s");
        }

        var files = new List<BundleFile>();
        foreach (var archive in archives)
        {
            var name = $"{BundleLayout.Images}/{BundleLayout.FolderOf(platform)}/{Path.GetFileName(archive)}";
            File.Copy(archive, Path.Combine(folder, name));
            files.Add(await BundleArchive.DescribeAsync(folder, name, platform, "built by the lab", cancellation));
        }

        return files;
    }

    // whereami-0123456789ab-amd64.tar: the program, what it was built from, and the processor.
    private static string ProgramOf(string archive) => Path.GetFileName(archive).Split('-')[0];

    private async Task<IReadOnlyList<BundleFile>> DashboardAsync(string folder, CancellationToken cancellation)
    {
        var packages = Directory.Exists(sources.Packages)
            ? Directory.EnumerateDirectories(sources.Packages, "aspire.dashboard.sdk.*").SelectMany(each => Directory.EnumerateFiles(each, "*.nupkg", SearchOption.AllDirectories)).ToArray()
            : [];
        if (packages.Length == 0)
        {
            say("warning: no package of the Aspire dashboard is on this machine; the bundle goes without it, and a lab from it runs with --no-dashboard where there is none");
        }

        var files = new List<BundleFile>();
        foreach (var package in packages.Order(StringComparer.Ordinal))
        {
            var name = $"{BundleLayout.Dashboard}/{Path.GetFileName(package)}";
            Directory.CreateDirectory(Path.Combine(folder, BundleLayout.Dashboard));
            File.Copy(package, Path.Combine(folder, name), overwrite: true);
            files.Add(await BundleArchive.DescribeAsync(folder, name, null, Path.GetFileName(package), cancellation));
        }

        return files;
    }

    private async Task DownloadAsync(Uri address, string path, CancellationToken cancellation)
    {
        say($"fetching {address}");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            await using var source = await http.GetStreamAsync(address, cancellation);
            await using var target = File.Create(path);
            await source.CopyToAsync(target, cancellation);
        }
        catch (HttpRequestException e)
        {
            throw new LabException($"{address} cannot be fetched: {e.Message}", "Save the bundle where there is a network; behind a proxy, set HTTPS_PROXY", e);
        }
    }

    private async Task<string> TextAsync(Uri address, CancellationToken cancellation)
    {
        try
        {
            return await http.GetStringAsync(address, cancellation);
        }
        catch (HttpRequestException e)
        {
            throw new LabException($"{address} cannot be fetched: {e.Message}", "Save the bundle where there is a network; behind a proxy, set HTTPS_PROXY", e);
        }
    }
}
