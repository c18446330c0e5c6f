using System.Diagnostics;
using AppHost.Options;
using Provisioner;
using Provisioner.Plan;

namespace AppHost.Preparation;

/// <summary>What differs for a lab on Google Cloud, or in its rehearsal: addresses are handed out there, and the user is asked first.</summary>
internal static class CloudSetup
{
    public static string? ModeOf(LabOptions options) => options.Mode switch
    {
        LabMode.Gke => "gke",
        LabMode.Rehearsal => "rehearsal",
        _ => null,
    };

    public static CloudPlan? Plan(LabOptions options, string folder) => ModeOf(options) is null
        ? null
        : new CloudPlan
        {
            FleetProject = options.Google.FleetProject ?? options.Project,
            MachineType = options.Google.MachineType,
            Nodes = options.Google.Nodes,
            Network = options.Google.Network,
            Mesh = options.Google.Mesh,
            Labels = options.Google.Labels,
            Spot = options.Google.Spot,
            Yes = options.Yes,
            AsmVersion = options.Google.AsmVersion,
            AsmcliSha256 = options.Google.AsmcliSha256,
            TraceRatio = options.Google.TraceRatio,
            WhereamiImage = options.Google.WhereamiImage,
            RelayImage = options.Google.RelayImage,
            RehearsalDirectory = options.Mode == LabMode.Rehearsal ? Path.Combine(folder, CloudPlan.RehearsalFolder) : null,
        };

    /// <summary>Shows what will be created and what it costs, and asks whether it shall be; a rehearsal costs nothing and asks nothing.</summary>
    /// <returns>Whether to go on.</returns>
    public static bool IsAgreed(LabPlan plan)
    {
        if (plan.Cloud is not { RehearsalDirectory: null })
        {
            return true;
        }

        // The provisioner has the lab's gcloud; it asks in this terminal.
        var start = new ProcessStartInfo(Programs.Find("Provisioner"), ["propose", "--lab", plan.Directory]);
        start.Environment["DOTNET_ROOT"] = DotnetRoot.Path;
        try
        {
            using var asking = Process.Start(start)!;
            asking.WaitForExit();
            return asking.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new LabException($"Provisioner cannot be started: {e.Message}.", "Build it: dotnet build Lab.sln");
        }
    }

    /// <summary>What stays after the lab's processes have ended, in clusters that do not end with them.</summary>
    public static string? Remains(LabPlan plan) =>
        plan.Cloud is { RehearsalDirectory: null } && File.Exists(Path.Combine(plan.Directory, "cloud.json"))
            ? $"The clusters of '{plan.Name}' still run on Google Cloud, and cost. Take them down: dotnet run --project Provisioner -- down --cloud --lab {plan.Directory}\n"
                + "Starting the lab again finds them as they are."
            : plan.Existing is not null && File.Exists(Path.Combine(plan.Directory, ExistingPlan.RecordFile))
            ? $"What the lab put into {string.Join(", ", plan.Clusters.Select(cluster => cluster.Existing!.Context))} is still there. Take it back: dotnet run --project Provisioner -- down --lab {plan.Directory}\n"
                + "Starting the lab again finds it as it is."
            : null;
}
