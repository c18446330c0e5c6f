using Emulator.Tests.Api;
using Testing;

namespace Emulator.Tests.Golden;

/// <summary>Golden tests: each folder has manifests and <c>session.txt</c>, the commands with all that the real kubectl prints.</summary>
public sealed class KubectlSessionTests(ApiCluster cluster) : IClassFixture<ApiCluster>
{
    private static readonly string Folder = Path.Combine(RepositoryRoot.Path, "tests", "Emulator.Tests", "Golden", "kubectl");

    public static TheoryData<string> Sessions => [.. Directory.EnumerateDirectories(Folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    /// <summary>LAB_GOLDEN=write replaces the files, for a look at the difference in git.</summary>
    [Theory]
    [MemberData(nameof(Sessions))]
    public async Task Kubectl_prints_what_the_golden_file_says(string name)
    {
        Tool.Require("kubectl");
        var file = Path.Combine(Folder, name, "session.txt");
        var recorded = (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n");
        var session = new KubectlSession(cluster.Kubeconfig, await cluster.NamespaceAsync(), Path.Combine(Folder, name));

        var played = await session.PlayAsync(recorded);
        if (Environment.GetEnvironmentVariable("LAB_GOLDEN") == "write")
        {
            await File.WriteAllTextAsync(file, played, TestContext.Current.CancellationToken);
            return;
        }

        Assert.Equal(recorded, played);
    }
}
