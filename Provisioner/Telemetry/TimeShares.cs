using System.Globalization;

namespace Provisioner.Telemetry;

/// <summary>Whose time a run of the stages took, each second counted once.</summary>
/// <param name="Total">From the first stage's beginning to the last one's end.</param>
/// <param name="Google">While a call of gcloud ran or an operation of Google's was waited for.</param>
/// <param name="Clusters">While, besides, steps and checks waited for clusters: their API, pods, traffic.</param>
internal sealed record TimeShares(TimeSpan Total, TimeSpan Google, TimeSpan Clusters)
{
    /// <summary>What the lab itself adds.</summary>
    public TimeSpan Own => Total - Google - Clusters;

    /// <param name="run">Begin and end of the run.</param>
    /// <param name="google">Begin and end of each call and each wait.</param>
    /// <param name="steps">Begin and end of each step and each check.</param>
    public static TimeShares Of((DateTime Start, DateTime End) run, IEnumerable<(DateTime Start, DateTime End)> google, IEnumerable<(DateTime Start, DateTime End)> steps)
    {
        var waits = google.ToArray();
        var byGoogle = Covered(run, waits);
        return new TimeShares(run.End - run.Start, byGoogle, Covered(run, steps.Concat(waits)) - byGoogle);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"of {Total.TotalSeconds:0.0} s Google took {Google.TotalSeconds:0.0} s (calls and operations), clusters {Clusters.TotalSeconds:0.0} s more (pods and traffic), "
        + $"and the lab itself {Own.TotalSeconds:0.00} s, {(Google > TimeSpan.Zero ? Own / Google : 0):0.0 %} of Google's");

    private static TimeSpan Covered((DateTime Start, DateTime End) run, IEnumerable<(DateTime Start, DateTime End)> spans)
    {
        var (covered, reached) = (TimeSpan.Zero, run.Start);
        foreach (var (start, end) in spans.OrderBy(span => span.Start))
        {
            var (from, to) = (start > reached ? start : reached, end < run.End ? end : run.End);
            if (to > from)
            {
                covered += to - from;
                reached = to;
            }
        }

        return covered;
    }
}
