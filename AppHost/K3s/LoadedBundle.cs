namespace AppHost.K3s;

/// <summary>An offline bundle that <c>bundle load</c> has put on this machine.</summary>
/// <param name="Images">Archives that every node imports at its start.</param>
internal sealed record LoadedBundle(string Directory, IReadOnlyList<string> Images)
{
    // Beside the dashboard of this user.
    private static string Home { get; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "lab", "bundle");

    /// <summary>The bundle of this machine; null where none was loaded.</summary>
    public static LoadedBundle? Find(string? directory = null)
    {
        var folder = directory ?? Home;
        return File.Exists(Path.Combine(folder, "bundle.json")) ? new LoadedBundle(folder, Archives(Path.Combine(folder, "images"))) : null;
    }

    /// <summary>Image archives of a folder, in the forms that k3s imports.</summary>
    public static IReadOnlyList<string> Archives(string folder) => System.IO.Directory.Exists(folder)
        ? [.. System.IO.Directory.EnumerateFiles(folder).Where(IsArchive).Order(StringComparer.Ordinal)]
        : [];

    private static bool IsArchive(string file) =>
        new[] { ".tar", ".tar.gz", ".tgz", ".tar.zst" }.Any(ending => file.EndsWith(ending, StringComparison.Ordinal));
}
