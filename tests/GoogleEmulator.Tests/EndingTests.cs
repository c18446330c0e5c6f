using System.Diagnostics;
using Testing;

namespace GoogleEmulator.Tests;

/// <summary>What is left when the emulator ends: nothing.</summary>
public sealed class EndingTests
{
    [Fact]
    public async Task Ending_takes_the_clusters_and_the_folder_along()
    {
        await using var emulator = await RunningEmulator.StartAsync("--operation-delay", "100ms");
        await emulator.CreateClustersAsync(("us", "us-central1-c"));
        var described = await emulator.CallAsync("GET", "/container/v1/projects/P/zones/us-central1-c/clusters/us");

        using var client = new HttpClient();

        await emulator.EndAsync("INT");

        Assert.False(Directory.Exists(emulator.Directory), string.Join(' ', Directory.Exists(emulator.Directory) ? Directory.GetFileSystemEntries(emulator.Directory) : []));
        await Assert.ThrowsAnyAsync<Exception>(() => client.GetAsync($"https://{described["endpoint"]}/readyz"));
    }

    [Fact]
    public async Task A_folder_with_files_of_somebody_else_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("token"), "mine");
        var start = new ProcessStartInfo(LabProcess.Program("GoogleEmulator"), ["--directory", folder.Path]) { RedirectStandardError = true, RedirectStandardOutput = true };

        using var process = Process.Start(start)!;
        var words = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(1, process.ExitCode);
        Assert.Contains($"{folder.File("token")} is there already, and no emulator made it", words);
        Assert.Equal("mine", await File.ReadAllTextAsync(folder.File("token")));
    }

    [Fact]
    public async Task Every_wrong_option_is_named_with_what_was_expected()
    {
        string[] arguments = ["--project", "X", "--operation-delay", "soon", "--quota", "few", "--mesh-implementation", "ENVOY"];
        var start = new ProcessStartInfo(LabProcess.Program("GoogleEmulator"), arguments) { RedirectStandardError = true, RedirectStandardOutput = true };

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(1, process.ExitCode);
        string[] expected =
        [
            "--project X: expected 6 to 30", "--operation-delay soon: expected a duration", "--quota few: expected a number", "expected one of TRAFFIC_DIRECTOR, ISTIOD",
        ];
        var said = error + await output;
        Assert.All(expected, words => Assert.Contains(words, said));
    }
}
