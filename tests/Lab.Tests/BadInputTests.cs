using System.Net;
using System.Net.Sockets;
using Testing;

namespace Lab.Tests;

/// <summary>What is wrong is said before anything starts, with what would be right.</summary>
public sealed class BadInputTests
{
    [Fact]
    public async Task Every_wrong_option_is_refused_with_what_is_possible()
    {
        await using var lab = LabProcess.Start(["--mode", "docker", "--until", "12", "--unknown-switch", "x"]);

        await Eventually.HoldsAsync(() => lab.Process.HasExited, "AppHost has ended");

        Assert.NotEqual(0, lab.Process.ExitCode);
        Assert.All(["'docker'", "embedded", "Until is '12'; expected a stage from 1 to 9", "'--unknown-switch' is not an option"], words => Assert.Contains(words, lab.Output));
    }

    [Fact]
    public async Task A_port_that_was_given_and_is_taken_is_an_error()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        await using var lab = LabProcess.Start(["--mode", "embedded", "--no-dashboard"], null, new Dictionary<string, string> { ["Lab__VipPort"] = $"{port}" });
        await Eventually.HoldsAsync(() => lab.Process.HasExited, "AppHost has ended");

        Assert.NotEqual(0, lab.Process.ExitCode);
        Assert.Contains($"Port {port} for the VIP is in use.", lab.Output);
    }
}
