using AppHost.K3s;
using Testing;

namespace OfflineHosting.Tests.K3s;

public sealed class UnfinishedFilesTests
{
    [Fact]
    public void What_a_process_that_is_gone_was_writing_is_removed_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        string[] kept = ["pilot-1.30.3-0123456789ab.tar", $"pilot-1.30.3-0123456789ab.tar.{Environment.ProcessId}", "k3s-images-v1.36.2-k3s1.txt", "notes.4194999"];
        foreach (var file in (string[])[.. kept, "proxyv2-1.30.3-0123456789ab.tar.4194999", "whereami-0123456789ab-amd64.tar.4194999.tar.gz", "k3s-images-v1.36.2-k3s1.txt.4194999"])
        {
            File.WriteAllText(folder.File(file), "");
        }

        UnfinishedFiles.Remove(folder.Path);

        Assert.Equal(kept.Order(StringComparer.Ordinal), Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }
}
