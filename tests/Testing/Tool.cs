using Xunit;

namespace Testing;

/// <summary>Other programs that some tests need.</summary>
public static class Tool
{
    /// <summary>Skips the running test, saying why, when a program is not on PATH; fails it when LAB_REQUIRE names the program.</summary>
    /// <returns>The full path of the program.</returns>
    public static string Require(string name)
    {
        if (Find(name) is { } found)
        {
            return found;
        }

        Missing(name, $"{name} is not on PATH");
        return "";
    }

    /// <summary>Skips the running test for a reason, or fails it when LAB_REQUIRE names what is missing.</summary>
    public static void Missing(string name, string reason)
    {
        var required = (Environment.GetEnvironmentVariable("LAB_REQUIRE") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Assert.False(required.Contains(name), $"{reason}, and LAB_REQUIRE={string.Join(',', required)} asks for it");
        Assert.Skip(reason);
    }

    public static string? Find(string name)
    {
        var names = OperatingSystem.IsWindows() ? new[] { name + ".exe", name + ".cmd" } : [name];
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => names.Select(file => Path.Combine(folder, file)))
            .FirstOrDefault(File.Exists);
    }
}
