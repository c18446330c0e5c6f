using Provisioner.Telemetry;

namespace Provisioner.Tests.Telemetry;

public sealed class TimeSharesTests
{
    [Fact]
    public void Each_second_counts_once_and_what_nobody_else_took_is_the_labs()
    {
        var shares = TimeShares.Of(Span(0, 100), [Span(0, 40), Span(30, 60), Span(95, 200)], [Span(0, 62), Span(70, 95)]);

        Assert.Equal((100, 65, 27, 8), (shares.Total.TotalSeconds, shares.Google.TotalSeconds, shares.Clusters.TotalSeconds, shares.Own.TotalSeconds));
        Assert.Equal("of 100.0 s Google took 65.0 s (calls and operations), clusters 27.0 s more (pods and traffic), and the lab itself 8.00 s, 12.3 % of Google's", $"{shares}");
    }

    private static (DateTime Start, DateTime End) Span(int start, int end) => (DateTime.UnixEpoch.AddSeconds(start), DateTime.UnixEpoch.AddSeconds(end));
}
