namespace Lab.Tests;

public sealed class RepositoryTests
{
    [Fact]
    public void No_tracked_file_is_missing_from_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Testing.RepositoryRoot.Path, "Lab.sln"));

        foreach (var project in Directory.EnumerateFiles(Testing.RepositoryRoot.Path, "*.csproj", SearchOption.AllDirectories))
        {
            if (!project.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"))
            {
                Assert.Contains(Path.GetFileName(project), solution);
            }
        }
    }
}
