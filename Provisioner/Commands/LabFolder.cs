using Provisioner.Api;

namespace Provisioner.Commands;

/// <summary>Finds the lab that a command line means.</summary>
internal static class LabFolder
{
    public const string Name = ".lab";

    private const string StartHint = "Start the lab: dotnet run --project AppHost";

    /// <summary>The folder given, or <c>.lab</c> beside the Lab.sln above the working directory.</summary>
    public static string Find(string? given)
    {
        if (given is not null)
        {
            return Path.GetFullPath(given);
        }

        for (var folder = new DirectoryInfo(Directory.GetCurrentDirectory()); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Lab.sln")) || Directory.Exists(Path.Combine(folder.FullName, Name)))
            {
                return Path.Combine(folder.FullName, Name);
            }
        }

        return Path.GetFullPath(Name);
    }

    /// <exception cref="LabException">No lab runs in the folder.</exception>
    public static ControlClient Open(string directory)
    {
        if (!Directory.Exists(directory))
        {
            throw new LabException($"no lab runs: there is no {directory}", StartHint);
        }

        return ControlClient.TryOpen(directory) ?? throw new LabException(
            File.Exists(Path.Combine(directory, ControlFile.Name))
                ? $"no lab runs: {directory}/{ControlFile.Name} is of a provisioner that has ended"
                : $"no lab runs in {directory}",
            StartHint);
    }
}
