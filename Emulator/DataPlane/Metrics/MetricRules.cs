using Emulator.DataPlane.Identity;
using Emulator.DataPlane.Proxy;
using Emulator.Mesh;

namespace Emulator.DataPlane.Metrics;

/// <summary>What Telemetries change of the metrics of one workload; what is said more narrowly, or later, counts more.</summary>
internal sealed class MetricRules
{
    public const string Requests = "REQUEST_COUNT";
    public const string Duration = "REQUEST_DURATION";

    public static readonly MetricRules None = new([]);

    private readonly MeshMetricOverride[] overrides;

    private MetricRules(MeshMetricOverride[] overrides) => this.overrides = overrides;

    public static MetricRules For(MeshSnapshot snapshot, ProxyWorkload workload) => new(
        [.. snapshot.Telemetries.Where(item => PolicyScope.Holds(snapshot, item.Namespace, item.Selector, workload)).Reverse().SelectMany(item => item.Metrics)]);

    public bool IsOff(string metric, bool isSource)
    {
        var isOff = false;
        foreach (var item in overrides)
        {
            isOff = item.IsFor(metric, isSource) ? item.IsDisabled ?? isOff : isOff;
        }

        return isOff;
    }

    /// <summary>Takes labels away and sets others.</summary>
    public void Change(string metric, bool isSource, OrderedDictionary<string, string> labels)
    {
        foreach (var (name, value) in overrides.Where(item => item.IsFor(metric, isSource)).SelectMany(item => item.Labels))
        {
            if (value is null)
            {
                labels.Remove(name);
            }
            else
            {
                labels[name] = value;
            }
        }
    }
}
