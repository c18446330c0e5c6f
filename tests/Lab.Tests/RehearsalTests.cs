using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Testing;

namespace Lab.Tests;

/// <summary>The cloud's way, through the real gcloud, against the emulator of Google Cloud.</summary>
public sealed partial class RehearsalTests
{
    // gcloud itself is slow, half a minute a call on a machine that is busy.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    [Fact]
    public async Task A_rehearsal_reaches_stage_9_and_takes_everything_down_again()
    {
        RequireTools();
        Assert.SkipUnless(Environment.GetEnvironmentVariable("LAB_SLOW") == "1", "a rehearsal takes more than a minute; .ci/run makes one, and LAB_SLOW=1 this one");
        await using var lab = LabProcess.Start(["--cloud", "--rehearse", "--no-dashboard", "--exit-when-ready"]);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        await lab.Process.WaitForExitAsync(limit.Token);

        Assert.True(lab.Process.ExitCode == 0, lab.Output);
        string[] expected =
        [
            "stage 9", "lab ready in", "removed: cluster multi-cluster-demo-us", "removed: cluster multi-cluster-demo-asia",
            "removed: membership projects/lab-demo/locations/us-central1/memberships/multi-cluster-demo-us", "removed: firewall rule istio-multicluster-pods",
            "nothing of the lab is left in Google Cloud",
        ];
        Assert.All(expected, line => Assert.Contains(line, lab.Output));
        Assert.DoesNotContain("left: ", lab.Output);
        var added = double.Parse(OwnShare().Match(lab.Output).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(added < 5, $"the lab adds {added} % to the time that Google takes");
        Assert.Empty(lab.ProcessIds());
        Assert.False(Directory.Exists(lab.Directory), $"{lab.Directory} is still there");
    }

    /// <summary>The provisioner is killed at calls drawn by lot; the one that AppHost starts in its place goes on.</summary>
    [Fact]
    public async Task A_rehearsal_that_is_cut_off_goes_on_and_makes_nothing_twice()
    {
        RequireTools();
        Assert.SkipUnless(Environment.GetEnvironmentVariable("LAB_SLOW") == "1", "three rehearsals take minutes; LAB_SLOW=1 runs them");
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var run = 0; run < 3; run++)
        {
            var cut = random.Next(1, 40);
            await using var lab = LabProcess.Start(["--cloud", "--rehearse", "--no-dashboard"]);
            await Eventually.HoldsAsync(() => Calls(lab).Length >= cut || IsReady(lab), $"call {cut} of seed {seed} is made", Patience);
            var provisioner = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(lab.Directory, "control.json"), TestContext.Current.CancellationToken))!["pid"]!.GetValue<int>();
            using (var process = System.Diagnostics.Process.GetProcessById(provisioner))
            {
                process.Kill();
            }

            await Eventually.HoldsAsync(() => IsReady(lab), $"the rehearsal cut off after call {cut} of seed {seed} is ready", Patience);
            var made = Calls(lab).Where(line => line.Contains("exit 0") && (line.Contains(" create ") || line.Contains(" register ")))
                .GroupBy(line => line[line.IndexOf("gcloud ", StringComparison.Ordinal)..]);
            Assert.All(made, call => Assert.Single(call));
        }
    }

    // of 61.2 s Google took 48.0 s (calls and operations), clusters 12.9 s more (pods and traffic), and the lab itself 0.31 s, 0.6 % of Google's
    [GeneratedRegex("([0-9.]+) % of Google's")]
    private static partial Regex OwnShare();

    private static void RequireTools()
    {
        foreach (var tool in new[] { "gcloud", "gke-gcloud-auth-plugin" })
        {
            Tool.Require(tool);
        }
    }

    private static bool IsReady(LabProcess lab) => lab.Output.Contains("lab ready in");

    private static string[] Calls(LabProcess lab)
    {
        try
        {
            return File.ReadAllLines(Path.Combine(lab.Directory, "gcloud.log"));
        }
        catch (IOException)
        {
            return [];
        }
    }
}
