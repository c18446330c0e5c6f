using System.Diagnostics;
using System.Text.Json;
using ServiceDefaults;

namespace Provisioner.Api;

/// <summary>Reads and writes <c>.lab/control.json</c>.</summary>
public static class ControlFiles
{
    public static void Write(string labDirectory, ControlFile control) =>
        PrivateFile.Write(PathIn(labDirectory), JsonSerializer.SerializeToUtf8Bytes(control, LabJson.Default.ControlFile));

    public static void Delete(string labDirectory) => File.Delete(PathIn(labDirectory));

    /// <summary>The file's content when the process it names still runs, else null.</summary>
    public static ControlFile? TryRead(string labDirectory)
    {
        try
        {
            var control = JsonSerializer.Deserialize(File.ReadAllBytes(PathIn(labDirectory)), LabJson.Default.ControlFile);
            return control is not null && IsAlive(control.Pid) ? control : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static string PathIn(string labDirectory) => Path.Combine(labDirectory, ControlFile.Name);

    private static bool IsAlive(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
