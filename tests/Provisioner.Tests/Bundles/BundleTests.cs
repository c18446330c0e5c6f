using System.Formats.Tar;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Containers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Provisioner.Bundles;
using Testing;

namespace Provisioner.Tests.Bundles;

/// <summary>A bundle saved from a small registry of charts and an engine that records, loaded, and broken in every way.</summary>
public sealed class BundleTests : IAsyncLifetime
{
    private const string Engine = """
        #!/bin/sh
        echo "$@" >> "$(dirname "$0")/engine.log"
        case "$1" in
          tag) ;;
          info) echo '{"ServerVersion":"20.10.24","OSType":"linux","Architecture":"x86_64","CgroupVersion":"2"}';;
          pull) ;;
          image) echo "$5@sha256:00000000000000000000000000000000000000000000000000000000000000aa";;
          save) echo "archive of $4" > "$3";;
          load) [ -s "$3" ];;
          *) echo "unexpected: $*" >&2; exit 1;;
        esac
        """;

    private readonly TemporaryFolder folder = new();
    private WebApplication? server;
    private ContainerEngine engine = null!;
    private string path = "";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the engine of this test is a shell script");
        engine = new ContainerEngine(Script.Write(Path.Combine(folder.File("bin"), "docker"), Engine));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        server = builder.Build();
        server.MapGet("/charts/{name}", (string name) => Results.Text($"chart {name}"));
        server.MapGet("/k3s/{release}/{name}", (string name) => Results.Text(
            name.StartsWith("sha256sum", StringComparison.Ordinal)
                ? $"{Digest("airgap k3s-airgap-images-amd64.tar.zst")}  k3s-airgap-images-amd64.tar.zst\n{Digest("airgap k3s-airgap-images-arm64.tar.zst")}  k3s-airgap-images-arm64.tar.zst\n"
                : $"airgap {name}"));
        await server.StartAsync(Cancellation);
        var url = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Directory.CreateDirectory(folder.File("own"));
        await File.WriteAllTextAsync(folder.File("own/whereami-0123-amd64.tar"), "whereami", Cancellation);
        using var http = new HttpClient();
        path = folder.File("lab-bundle.tar");
        await new BundleSaver(engine, http, new BundleSources($"{url}/charts", $"{url}/k3s", folder.File("own"), folder.File("none")), said.Add)
            .SaveAsync(path, ["linux/amd64", "linux/arm64"], Cancellation);
    }

    private readonly List<string> said = [];

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        folder.Dispose();
    }

    [Fact]
    public async Task What_was_saved_is_loaded_for_one_platform_and_nothing_is_pulled()
    {
        var home = folder.File("home");
        File.Delete(folder.File("bin/engine.log"));

        await new BundleLoader(engine, home, _ => { }).LoadAsync(path, "linux/amd64", Cancellation);

        Assert.Equal(
            [
                "bundle.json", "charts/base-1.30.3.tgz", "charts/istiod-1.30.3.tgz", "engine/k3s-v1.36.2-k3s1.tar", "images/k3s-airgap-images-amd64.tar.zst",
                "images/pilot-1.30.3.tar", "images/proxyv2-1.30.3.tar", "images/whereami-0123-amd64.tar",
            ],
            Directory.EnumerateFiles(home, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(home, file).Replace('\\', '/')).Order(StringComparer.Ordinal));
        var calls = await File.ReadAllLinesAsync(folder.File("bin/engine.log"), Cancellation);
        Assert.Equal(["load", "image"], calls.Select(call => call.Split(' ')[0]));
        await BundleFolder.VerifyAsync(home, _ => { }, Cancellation);
    }

    [Fact]
    public async Task Images_are_named_by_the_digest_of_their_registry_and_pulled_for_each_platform()
    {
        var manifest = await BundleArchive.ReadAsync(path, _ => null, _ => { }, Cancellation);

        Assert.Contains(manifest.Files, file => file is { Platform: "linux/arm64" } && file.Source == "registry.istio.io/release/pilot:1.30.3@sha256:00000000000000000000000000000000000000000000000000000000000000aa");
        Assert.Contains("pull --platform linux/arm64 registry.istio.io/release/proxyv2:1.30.3", await File.ReadAllTextAsync(folder.File("bin/engine.log"), Cancellation));
        Assert.Contains("--platform linux/amd64", (await File.ReadAllLinesAsync(folder.File("bin/engine.log"), Cancellation)).Last(line => line.StartsWith("pull", StringComparison.Ordinal)));
        Assert.Contains(said, line => line.Contains("no image of the lab's own for linux/arm64", StringComparison.Ordinal));
        Assert.Contains(said, line => line.Contains("%2Bk3s1/k3s-airgap-images-amd64.tar.zst", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bundle_that_was_cut_short_is_told_and_leaves_nothing()
    {
        var whole = await File.ReadAllBytesAsync(path, Cancellation);
        await File.WriteAllBytesAsync(path, whole[..(whole.Length / 2)], Cancellation);

        var refused = await Assert.ThrowsAsync<LabException>(() => new BundleLoader(engine, folder.File("home"), _ => { }).LoadAsync(path, "linux/amd64", Cancellation));

        Assert.Contains("cut short", refused.Message);
        Assert.Contains("Save it again", refused.Cure);
        Assert.Empty(Directory.EnumerateDirectories(folder.Path, "home*"));
    }

    [Fact]
    public async Task A_file_with_another_digest_is_named()
    {
        var bytes = await File.ReadAllBytesAsync(path, Cancellation);
        bytes[bytes.AsSpan().IndexOf("chart istiod"u8)] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, Cancellation);

        var refused = await Assert.ThrowsAsync<LabException>(() => BundleArchive.ReadAsync(path, _ => null, _ => { }, Cancellation));

        Assert.Matches(@"charts/istiod-1\.30\.3\.tgz has the digest sha256:[0-9a-f]{12}…, expected sha256:[0-9a-f]{12}…", refused.Message);
    }

    [Fact]
    public async Task A_bundle_of_another_platform_and_a_loaded_one_that_has_changed_are_refused()
    {
        var home = folder.File("home");
        await new BundleLoader(engine, home, _ => { }).LoadAsync(path, "linux/arm64", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(home, "charts/base-1.30.3.tgz"), "another", Cancellation);
        File.Delete(Path.Combine(home, "images/pilot-1.30.3.tar"));

        var changed = await Assert.ThrowsAsync<LabException>(() => BundleFolder.VerifyAsync(home, _ => { }, Cancellation));
        var other = await Assert.ThrowsAsync<LabException>(() => new BundleLoader(engine, home, _ => { }).LoadAsync(path, "linux/s390x", Cancellation));

        Assert.Contains("charts/base-1.30.3.tgz has changed", changed.Message);
        Assert.Contains("images/pilot-1.30.3.tar is missing", changed.Message);
        Assert.Contains("is for linux/amd64, linux/arm64, and the container engine of this machine runs linux/s390x", other.Message);
        Assert.True(Directory.Exists(home));
    }

    [Fact]
    public async Task What_docker_has_saved_has_its_whole_name_in_podman()
    {
        PodmanEngine.Require();
        const string Version = "v0.0.0-labtest";
        var name = $"engine/linux-amd64/k3s-{Version}.tar";
        Directory.CreateDirectory(folder.File("made/engine/linux-amd64"));
        DockerEngine.WriteArchive(folder.File($"made/{name}"), $"rancher/k3s:{Version}", "amd64");
        var manifest = new BundleManifest
        {
            Version = BundleManifest.CurrentVersion,
            K3s = Version,
            Platforms = ["linux/amd64"],
            Files = [await BundleArchive.DescribeAsync(folder.File("made"), name, "linux/amd64", "made here", Cancellation)],
        };
        await BundleArchive.PackAsync(folder.File("made"), manifest, path, Cancellation);
        var podman = new ContainerEngine("podman");

        await new BundleLoader(podman, folder.File("home"), _ => { }).LoadAsync(path, "linux/amd64", Cancellation);

        Assert.Equal("amd64", await podman.ArchitectureAsync(PinnedImages.K3sOf(Version), Cancellation));
        PodmanEngine.Run("rmi", "--force", PinnedImages.K3sOf(Version));
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    public async Task A_bundle_that_names_files_outside_of_itself_is_refused(string name)
    {
        var manifest = new BundleManifest { Version = BundleManifest.CurrentVersion, Platforms = ["linux/amd64"], Files = [new BundleFile(name, "00", 1, null, "")] };
        var bad = folder.File("bad.tar");
        await using (var tar = new TarWriter(File.Create(bad)))
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, BundleLayout.Manifest) { DataStream = new MemoryStream(manifest.ToJson()) }, Cancellation);
        }

        var refused = await Assert.ThrowsAsync<LabException>(() => BundleArchive.ReadAsync(bad, _ => null, _ => { }, Cancellation));

        Assert.Contains("outside of itself", refused.Message);
    }

    [Theory]
    [InlineData("linux/mips")]
    [InlineData("")]
    public void A_platform_that_istio_is_not_made_for_is_refused(string platform) => Assert.Throws<LabException>(() => BundlePlatform.Parse(platform));

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
