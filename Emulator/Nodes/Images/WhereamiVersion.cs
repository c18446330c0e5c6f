namespace Emulator.Nodes;

/// <summary>Tells old whereami images from new ones by their tags.</summary>
internal static class WhereamiVersion
{
    private static readonly Version LastWithoutInstance = new(1, 2, 8);

    /// <summary>Whether this image names the virtual machine and its service account: <c>…/whereami:v1.2.8</c> does not; one without a version does.</summary>
    public static bool NamesInstance(string image) =>
        !(image.LastIndexOf(":v", StringComparison.Ordinal) is > 0 and var colon
            && Version.TryParse(image.AsSpan(colon + 2), out var version)
            && version <= LastWithoutInstance);
}
