using System.Text.Json;
using Provisioner.Plan;
using ServiceDefaults;

namespace Provisioner.Clusters.Existing;

/// <summary>Keeps which clusters of others a lab has put something into, from its first change until all of it is taken back, however the lab ends in between.</summary>
internal static class ExistingRecord
{
    public static void Write(LabPlan plan) =>
        PrivateFile.Write(Path.Combine(plan.Directory, ExistingPlan.RecordFile), JsonSerializer.SerializeToUtf8Bytes(plan, LabJson.Default.LabPlan));

    /// <summary>The plan of the lab whose traces are still there; null where there is none.</summary>
    /// <exception cref="LabException">The record cannot be read.</exception>
    public static LabPlan? TryRead(string labDirectory)
    {
        var path = Path.Combine(labDirectory, ExistingPlan.RecordFile);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), LabJson.Default.LabPlan) : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new LabException($"{path} cannot be read: {e.Message}", "Start the lab with the same clusters again, and then take it back");
        }
    }

    /// <summary>Everything is taken back. Of a lab that has ended, what it kept for this goes too.</summary>
    public static void Remove(string labDirectory, bool hasEnded)
    {
        File.Delete(Path.Combine(labDirectory, ExistingPlan.RecordFile));
        if (!hasEnded)
        {
            return;
        }

        foreach (var folder in new[] { "mesh", "clusters" }.Select(name => Path.Combine(labDirectory, name)).Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }

        if (Directory.Exists(labDirectory) && !Directory.EnumerateFileSystemEntries(labDirectory).Any())
        {
            Directory.Delete(labDirectory);
        }
    }
}
