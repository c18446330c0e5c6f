using System.CommandLine;
using Containers;
using Provisioner.Bundles;
using Provisioner.Mesh.Istio;

namespace Provisioner.Commands;

/// <summary><c>bundle save</c>, <c>load</c> and <c>verify</c>: a lab on k3s where there is no network.</summary>
internal static class BundleCommand
{
    private static readonly Option<string?> Engine = new("--engine")
    {
        Description = "The container engine's program; without it that of LAB_ENGINE, or docker, or podman where docker does not answer",
        Recursive = true,
    };

    private static readonly Option<string> Home = new("--home")
    {
        Description = "Where a loaded bundle is kept",
        DefaultValueFactory = _ => BundleLayout.Home,
        Recursive = true,
    };

    public static Command Create() => new("bundle", "Carries what a lab on k3s needs to machines without a network") { Engine, Home, Save(), Load(), Verify() };

    private static Command Save()
    {
        var file = new Argument<string>("file") { Description = "Such as lab-bundle.tar" };
        var platform = new Option<string>("--platform")
        {
            Description = "linux/amd64, linux/arm64, or both with a comma",
            DefaultValueFactory = _ => $"linux/{BundlePlatform.OfThisMachine()}",
        };
        var charts = new Option<string>("--charts") { Description = "Istio's chart repository, or a mirror of it", DefaultValueFactory = _ => IstioRelease.ChartRepository };
        var releases = new Option<string>("--k3s-releases") { Description = "k3s's releases, or a mirror of them", DefaultValueFactory = _ => PinnedImages.K3sReleases };
        var command = new Command("save", "Collects images, charts and the dashboard on a connected machine") { file, platform, charts, releases };
        command.SetAction((parsed, cancellation) => Failures.ShowAsync(async () =>
        {
            using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(10) };
            var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
                ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".nuget", "packages");
            var sources = new BundleSources(parsed.GetValue(charts)!.TrimEnd('/'), parsed.GetValue(releases)!.TrimEnd('/'), BundleLayout.OwnImages, packages);
            var path = Path.GetFullPath(parsed.GetValue(file)!);
            await new BundleSaver(await EngineAsync(parsed, cancellation), http, sources, Console.WriteLine)
                .SaveAsync(path, BundlePlatform.Parse(parsed.GetValue(platform)!), cancellation);
            Console.WriteLine($"saved {path}; on the other machine: dotnet run --project Provisioner -- bundle load {Path.GetFileName(path)}");
            return ExitCodes.Ok;
        }));
        return command;
    }

    private static Command Load()
    {
        var file = new Argument<string>("file") { Description = "What 'bundle save' has written" };
        var platform = new Option<string?>("--platform") { Description = "Another than the engine's own" };
        var command = new Command("load", "Checks a bundle and puts it where labs on this machine find it") { file, platform };
        command.SetAction((parsed, cancellation) => Failures.ShowAsync(async () =>
        {
            var home = parsed.GetValue(Home)!;
            var engine = await EngineAsync(parsed, cancellation);
            await new BundleLoader(engine, Path.GetFullPath(home), Console.WriteLine)
                .LoadAsync(Path.GetFullPath(parsed.GetValue(file)!), BundlePlatform.Parse(parsed.GetValue(platform) ?? await PlatformAsync(engine, cancellation))[0], cancellation);
            Console.WriteLine($"loaded into {home}; nothing is pulled any more by: dotnet run --project AppHost -- --mode k3s");
            return ExitCodes.Ok;
        }));
        return command;
    }

    private static Command Verify()
    {
        var file = new Argument<string?>("file") { Description = "A bundle; without it, the one that was loaded", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("verify", "Checks every digest of a bundle") { file };
        command.SetAction((parsed, cancellation) => Failures.ShowAsync(async () =>
        {
            var manifest = parsed.GetValue(file) is { } path
                ? await BundleArchive.ReadAsync(Path.GetFullPath(path), _ => null, Console.WriteLine, cancellation)
                : await BundleFolder.VerifyAsync(parsed.GetValue(Home)!, Console.WriteLine, cancellation);
            Console.WriteLine($"{manifest.Files.Count} files are as they were saved: k3s {manifest.K3s}, Istio {manifest.Istio}, for {string.Join(", ", manifest.Platforms)}");
            return ExitCodes.Ok;
        }));
        return command;
    }

    private static async Task<ContainerEngine> EngineAsync(ParseResult parsed, CancellationToken cancellation)
    {
        try
        {
            return await EngineFinder.FindAsync(cancellation, parsed.GetValue(Engine));
        }
        catch (ContainerEngineException e)
        {
            throw new LabException(e.Message, e.Cure, e);
        }
    }

    // An engine's virtual machine may have another processor than its host shows.
    private static async Task<string> PlatformAsync(ContainerEngine engine, CancellationToken cancellation)
    {
        try
        {
            return $"linux/{(await EngineInfo.AskAsync(engine, cancellation)).Architecture}";
        }
        catch (ContainerEngineException e)
        {
            throw new LabException(e.Message, e.Cure, e);
        }
    }
}
