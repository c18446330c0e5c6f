using Whereami.Metadata;

namespace Whereami.Payload;

/// <summary>Where one whereami runs: every value that does not change from request to request.</summary>
internal sealed class Place
{
    private Place(SortedDictionary<string, string> values)
    {
        Values = values;
    }

    /// <summary>The known values by their names in the payload, in the payload's order.</summary>
    public SortedDictionary<string, string> Values { get; }

    public string Get(string key) => Values.GetValueOrDefault(key, "");

    /// <summary>Brings environment and metadata together; metadata wins.</summary>
    public static Place Of(WhereamiSettings settings, InstanceMetadata metadata)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        void Add(string key, string? value)
        {
            if (value is not null)
            {
                values[key] = value;
            }
        }

        Add(PlaceKeys.ClusterName, metadata.ClusterName ?? settings.ClusterName);
        if (settings.NamesInstance)
        {
            Add(PlaceKeys.InstanceId, metadata.InstanceId);
            Add(PlaceKeys.InstanceServiceAccount, metadata.ServiceAccount);
        }

        Add(PlaceKeys.Metadata, settings.Metadata);
        Add(PlaceKeys.NodeName, settings.NodeName);
        Add(PlaceKeys.PodIp, settings.PodIp);
        Add(PlaceKeys.PodName, settings.PodName);
        Add(PlaceKeys.PodNameEmoji, PodEmoji.Of(settings.PodName));
        Add(PlaceKeys.PodNamespace, settings.PodNamespace);
        Add(PlaceKeys.PodServiceAccount, settings.PodServiceAccount);
        Add(PlaceKeys.ProjectId, metadata.ProjectId ?? settings.ProjectId);
        Add(PlaceKeys.Zone, metadata.Zone ?? settings.Zone);
        return new Place(values);
    }
}
