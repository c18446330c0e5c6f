namespace Lab.Tests;

public sealed class RepositoryTests
{
    [Fact]
    public void No_project_is_missing_from_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Testing.RepositoryRoot.Path, "Lab.sln"));

        foreach (var project in Directory.EnumerateFiles(Testing.RepositoryRoot.Path, "*.csproj", SearchOption.AllDirectories))
        {
            // Precompiler only names a package that the build may do without.
            if (!project.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}") && !project.EndsWith("Precompiler.csproj", StringComparison.Ordinal))
            {
                Assert.Contains(Path.GetFileName(project), solution);
            }
        }
    }
}
