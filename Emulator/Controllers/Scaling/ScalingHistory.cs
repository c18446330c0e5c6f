namespace Emulator.Controllers;

/// <summary>What an autoscaler has recommended and done of late.</summary>
internal sealed class ScalingHistory
{
    private readonly List<(DateTimeOffset At, int Replicas)> recommendations = [];
    private readonly List<(DateTimeOffset At, int Change)> changes = [];

    /// <summary>Keeps the first size seen as the first recommendation, so that a new autoscaler does not scale down at once.</summary>
    public void Begin(int current, DateTimeOffset now)
    {
        if (recommendations.Count == 0)
        {
            recommendations.Add((now, current));
        }
    }

    public void Recommend(int replicas, DateTimeOffset now, TimeSpan kept)
    {
        recommendations.RemoveAll(item => item.At < now - kept);
        recommendations.Add((now, replicas));
    }

    public IEnumerable<int> RecommendedSince(DateTimeOffset since) => recommendations.Where(item => item.At > since).Select(item => item.Replicas);

    public void Scaled(int change, DateTimeOffset now, TimeSpan kept)
    {
        changes.RemoveAll(item => item.At < now - kept);
        changes.Add((now, change));
    }

    public int AddedSince(DateTimeOffset since) => changes.Where(item => item.At > since && item.Change > 0).Sum(item => item.Change);

    public int RemovedSince(DateTimeOffset since) => -changes.Where(item => item.At > since && item.Change < 0).Sum(item => item.Change);
}
