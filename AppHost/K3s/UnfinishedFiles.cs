using System.Globalization;
using System.Text.RegularExpressions;

namespace AppHost.K3s;

/// <summary>Files that a process writes beside their place and moves there when they are whole; one that is ended meanwhile leaves them.</summary>
internal static partial class UnfinishedFiles
{
    /// <summary>Removes those of processes that are gone.</summary>
    public static void Remove(string folder)
    {
        foreach (var file in Directory.Exists(folder) ? Directory.EnumerateFiles(folder) : [])
        {
            if (Writer().Match(file) is { Success: true } match && !IsAlive(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)))
            {
                File.Delete(file);
            }
        }
    }

    private static bool IsAlive(int id)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    // pilot-1.30.3-0123456789ab.tar.4711, whereami-0123456789ab-amd64.tar.4711.tar.gz
    [GeneratedRegex(@"\.(?:tar|txt)\.(\d{1,9})(?:\.tar\.gz)?$")]
    private static partial Regex Writer();
}
