using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>Brings a proposed size within an autoscaler's bounds, rates and stabilisation windows (k8s.io/kubernetes, pkg/controller/podautoscaler/horizontal.go).</summary>
internal sealed class ScalingRules(JsonNode spec, ScalingHistory history, DateTimeOffset now)
{
    private const string TooMany = "the desired replica count is more than the maximum replica count";
    private const string TooFew = "the desired replica count is less than the minimum replica count";
    private const string TooFast = "the desired replica count is increasing faster than the maximum scale rate";

    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private static readonly TimeSpan ScaleDownWindow = TimeSpan.FromMinutes(5);
    private static readonly (string, string) Within = ("DesiredWithinRange", "the desired count is within the acceptable range");

    private readonly int least = spec["minReplicas"].Int(1);
    private readonly int most = spec["maxReplicas"].Int(1);

    /// <summary>The size to scale to, with the conditions AbleToScale and ScalingLimited as they come of it.</summary>
    public ScalingDecision Decide(int current, int proposed)
    {
        var (stable, held) = spec["behavior"] is JsonObject behavior ? StabilizeBy(behavior, current, proposed) : Stabilize(proposed);
        var able = stable == proposed ? ("ReadyForNewScale", "recommended size matches current size") : held;
        var (desired, limit) = spec["behavior"] is JsonObject rates ? LimitBy(rates, current, stable) : Limit(current, stable);
        return new ScalingDecision(desired, able, desired != stable, limit);
    }

    private (int Replicas, (string, string) Reason) Stabilize(int proposed)
    {
        var highest = history.RecommendedSince(now - ScaleDownWindow).Append(proposed).Max();
        history.Recommend(proposed, now, ScaleDownWindow);
        return (highest, ScaleDownStabilized);
    }

    private (int Replicas, (string, string) Reason) StabilizeBy(JsonObject behavior, int current, int proposed)
    {
        var up = Window(behavior["scaleUp"], TimeSpan.Zero);
        var down = Window(behavior["scaleDown"], ScaleDownWindow);
        var lowest = history.RecommendedSince(now - up).Append(proposed).Min();
        var highest = history.RecommendedSince(now - down).Append(proposed).Max();
        history.Recommend(proposed, now, up > down ? up : down);
        var stable = Math.Min(Math.Max(current, lowest), highest);
        return (stable, proposed >= current
            ? ("ScaleUpStabilized", "recent recommendations were lower than current one, applying the lowest recent recommendation")
            : ScaleDownStabilized);
    }

    private static (string, string) ScaleDownStabilized =>
        ("ScaleDownStabilized", "recent recommendations were higher than current one, applying the highest recent recommendation");

    private (int Replicas, (string, string) Reason) Limit(int current, int desired)
    {
        var fastest = Math.Max(2 * current, 4);
        return desired < least ? (least, ("TooFewReplicas", TooFew))
            : desired > Math.Min(most, fastest) ? most > fastest ? (fastest, ("ScaleUpLimit", TooFast)) : (most, ("TooManyReplicas", TooMany))
            : (desired, Within);
    }

    private (int Replicas, (string, string) Reason) LimitBy(JsonObject behavior, int current, int desired)
    {
        if (desired > current)
        {
            var fastest = Math.Max(current, Fastest(behavior["scaleUp"], current, isUp: true));
            return desired <= Math.Min(most, fastest) ? (desired, Within)
                : most > fastest ? (fastest, ("ScaleUpLimit", TooFast)) : (most, ("TooManyReplicas", TooMany));
        }

        if (desired < current)
        {
            var fastest = Math.Min(current, Fastest(behavior["scaleDown"], current, isUp: false));
            return desired >= Math.Max(least, fastest) ? (desired, Within)
                : least < fastest ? (fastest, ("ScaleDownLimit", "the desired replica count is decreasing faster than the maximum scale rate"))
                : (least, ("TooFewReplicas", TooFew));
        }

        return (desired, Within);
    }

    /// <summary>The size furthest from the current one that the policies of a direction allow now.</summary>
    private int Fastest(JsonNode? rules, int current, bool isUp)
    {
        var selected = rules?["selectPolicy"].Text() ?? "Max";
        if (selected == "Disabled")
        {
            return current;
        }

        var policies = rules?["policies"].Items().ToList() ?? [];
        if (policies.Count == 0)
        {
            return isUp ? Math.Max(2 * current, current + 4) : 0;
        }

        var allowed = policies.Select(policy =>
        {
            var since = now - TimeSpan.FromSeconds(policy["periodSeconds"].Int(15));
            var before = current - history.AddedSince(since) + history.RemovedSince(since);
            var value = policy["value"].Int();
            return (policy["type"].Text() == "Pods", isUp) switch
            {
                (true, true) => before + value,
                (true, false) => before - value,
                (false, true) => (int)Math.Ceiling(before * (1 + value / 100.0)),
                (false, false) => (int)(before * (1 - value / 100.0)),
            };
        });
        return isUp == (selected != "Min") ? allowed.Max() : allowed.Min();
    }

    private static TimeSpan Window(JsonNode? rules, TimeSpan otherwise) =>
        rules?["stabilizationWindowSeconds"].AsLong() is { } seconds ? TimeSpan.FromSeconds(seconds) : otherwise;
}

/// <summary>What came of the rules: the size, and reason and message of two conditions.</summary>
/// <param name="IsLimited">Whether the rules allow less, or more, than what the metrics ask for.</param>
internal sealed record ScalingDecision(int Replicas, (string Reason, string Message) Able, bool IsLimited, (string Reason, string Message) Limit);
