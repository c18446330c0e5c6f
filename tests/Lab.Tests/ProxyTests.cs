using Testing;

namespace Lab.Tests;

/// <summary>A machine behind a proxy: the lab's own processes speak to each other past it.</summary>
public sealed class ProxyTests
{
    [Fact]
    public async Task A_lab_gets_ready_where_every_request_is_to_go_through_a_proxy()
    {
        // Nothing listens on the port for discarding.
        const string Proxy = "http://127.0.0.1:9";
        await using var lab = LabProcess.Start(
            ["--mode", "embedded", "--no-dashboard", "--exit-when-ready"],
            environment: new Dictionary<string, string> { ["HTTP_PROXY"] = Proxy, ["HTTPS_PROXY"] = Proxy, ["http_proxy"] = Proxy, ["https_proxy"] = Proxy, ["NO_PROXY"] = "", ["no_proxy"] = "" });

        await lab.Process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(lab.Process.ExitCode == 0, lab.Output);
    }
}
