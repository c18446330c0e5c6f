using System.Text.Json;
using ServiceDefaults;

namespace Provisioner.Plan;

/// <summary>Reads and writes <c>.lab/plan.json</c>.</summary>
public static class LabPlanFile
{
    public static void Write(string labDirectory, LabPlan plan) =>
        PrivateFile.Write(Path.Combine(labDirectory, LabPlan.FileName), JsonSerializer.SerializeToUtf8Bytes(plan, LabJson.Default.LabPlan));

    /// <exception cref="LabException">The file is absent or is not a plan.</exception>
    public static LabPlan Read(string labDirectory)
    {
        var path = Path.Combine(labDirectory, LabPlan.FileName);
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), LabJson.Default.LabPlan)
                ?? throw new JsonException("the file holds null");
        }
        catch (JsonException e)
        {
            throw new LabException($"{path} is not a plan of a lab: {e.Message}", "Delete the file and start the lab again: dotnet run --project AppHost");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"{path} cannot be read: {e.Message}", "Start the lab: dotnet run --project AppHost");
        }
    }
}
