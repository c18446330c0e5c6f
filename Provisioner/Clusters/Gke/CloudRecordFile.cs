using System.Text.Json;
using ServiceDefaults;

namespace Provisioner.Clusters.Gke;

/// <summary>Keeps <c>.lab/cloud.json</c>, which outlives the lab's processes and goes with <c>down</c>.</summary>
internal sealed class CloudRecordFile(string directory, CloudRecord initial)
{
    private readonly Lock gate = new();
    private CloudRecord current = TryRead(directory) is { } found && found.Name == initial.Name && found.FleetProject == initial.FleetProject
        ? found with { Projects = initial.Projects, Clusters = initial.Clusters, CostPerHour = initial.CostPerHour }
        : initial;

    public CloudRecord Current => current;

    public void Update(Func<CloudRecord, CloudRecord> change)
    {
        lock (gate)
        {
            current = change(current);
            PrivateFile.Write(Path.Combine(directory, CloudRecord.FileName), JsonSerializer.SerializeToUtf8Bytes(current, CloudJson.Default.CloudRecord));
        }
    }

    public void Delete() => Delete(directory);

    /// <summary>Nothing where there is no record.</summary>
    public static void Delete(string directory)
    {
        if (Directory.Exists(directory))
        {
            File.Delete(Path.Combine(directory, CloudRecord.FileName));
        }
    }

    public static CloudRecord? TryRead(string directory)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(directory, CloudRecord.FileName)), CloudJson.Default.CloudRecord);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
