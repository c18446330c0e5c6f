using Provisioner;

namespace AppHost.Preparation;

/// <summary>Where the built programs of the solution are, seen from this program's own output folder.</summary>
internal static class Programs
{
    // …/AppHost/bin/Debug/net10.0/ and …/Emulator/bin/Debug/net10.0/Emulator
    private static readonly string s_output = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);

    public static string Repository { get; } = Path.GetFullPath(Path.Combine(s_output, "..", "..", "..", ".."));

    /// <exception cref="LabException">The program is not built.</exception>
    public static string Find(string project)
    {
        var name = OperatingSystem.IsWindows() ? project + ".exe" : project;
        var path = Path.Combine(Repository, project, "bin", Path.GetRelativePath(Path.Combine(s_output, "..", "..", "..", "bin"), s_output), name);
        return File.Exists(path) ? path : throw new LabException($"{project} is not built: {path} is missing.", "Build it: dotnet build Lab.sln");
    }
}
