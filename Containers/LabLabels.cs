namespace Containers;

/// <summary>Labels of everything that a lab makes in an engine.</summary>
public static class LabLabels
{
    /// <summary>Which lab it belongs to.</summary>
    public const string Id = "lab.dev/id";

    /// <summary>The process that it ends with: id and start time.</summary>
    public const string Owner = "lab.dev/owner";

    /// <summary>The machine of that process: an engine may serve several.</summary>
    public const string Host = "lab.dev/host";

    /// <summary>What names of containers and volumes of a lab begin with.</summary>
    public static string Prefix(string id) => $"lab-{id}-";
}
