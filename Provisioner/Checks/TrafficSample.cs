using Provisioner.Stages;

namespace Provisioner.Checks;

/// <summary>Who answered a round of requests.</summary>
/// <param name="Split">Answers per cluster of the lab.</param>
/// <param name="Failures">What the requests without an answer met, each kind once.</param>
internal sealed record TrafficSample(int Requests, IReadOnlyDictionary<string, int> Split, IReadOnlyList<string> Failures)
{
    public int Answered => Split.Values.Sum();

    /// <summary>Such as <c>us 6, asia 6</c>.</summary>
    public string Summary
    {
        get
        {
            var split = string.Join(", ", Split.OrderBy(entry => entry.Key, StringComparer.Ordinal).Reverse().Select(entry => $"{entry.Key} {entry.Value}"));
            return Failures.Count == 0 ? split : $"{(split.Length > 0 ? $"{split}, " : "")}{Requests - Answered} of {Requests} failed: {string.Join("; ", Failures)}";
        }
    }

    /// <summary>Every request was answered, by this cluster.</summary>
    public CheckResult OnlyFrom(string cluster) =>
        new(Answered == Requests && Split.Count == 1 && Split.ContainsKey(cluster), Summary, Split);

    /// <summary>Every request was answered, and each of the clusters had its share.</summary>
    public CheckResult FromEach(IEnumerable<string> clusters) =>
        new(Answered == Requests && clusters.All(Split.ContainsKey), Summary, Split);
}
