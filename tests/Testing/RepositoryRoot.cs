namespace Testing;

/// <summary>Where the repository lies that these tests were built from.</summary>
public static class RepositoryRoot
{
    /// <summary>The folder that holds Lab.sln.</summary>
    public static string Path { get; } = Find();

    /// <summary>A file or folder of the team beside the repository, such as <c>shared/oracle</c>; null where there is none.</summary>
    public static string? Beside(params string[] parts)
    {
        for (var folder = Directory.GetParent(Path); folder is not null; folder = folder.Parent)
        {
            var candidate = System.IO.Path.Combine([folder.FullName, .. parts]);
            if (File.Exists(candidate) || Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Lab.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No Lab.sln above {AppContext.BaseDirectory}: tests run from a checkout of the repository");
    }
}
