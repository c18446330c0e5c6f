using Testing;

namespace Provisioner.Tests.Golden;

/// <summary>Texts that the program generates, kept beside the tests so that a change of them is seen; LAB_UPDATE_GOLDEN=1 writes them anew.</summary>
internal static class GoldenFile
{
    public static void Equal(string name, string actual)
    {
        var path = Path.Combine(RepositoryRoot.Path, "tests", "Provisioner.Tests", "Golden", name);
        if (Environment.GetEnvironmentVariable("LAB_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"there is no {path}; make it with LAB_UPDATE_GOLDEN=1 and read it");
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), actual.ReplaceLineEndings("\n"));
    }
}
