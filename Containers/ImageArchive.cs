namespace Containers;

/// <summary>Images as archives in the form that containerd and every engine import.</summary>
public static class ImageArchive
{
    // docker save writes only the platform asked for since this version; before, its store held only one.
    private static readonly Version s_platforms = new(28, 0);

    /// <summary>The engine's arguments that write one platform of an image.</summary>
    /// <param name="architecture">The processor, as images name it.</param>
    public static IReadOnlyList<string> SaveArguments(EngineInfo engine, string image, string architecture, string archive) =>
    [
        "save",
        .. engine.Kind == "docker" && engine.Version >= s_platforms ? new[] { $"--platform=linux/{architecture}" } : [],
        .. engine.Kind == "podman" ? new[] { "--format=docker-archive" } : [],
        "--output", archive, image,
    ];
}
