using System.Globalization;
using System.Text.RegularExpressions;

namespace GoogleEmulator.Container;

/// <summary>Machine types, by the rule of their names.</summary>
internal static partial class MachineTypes
{
    public const string Default = "e2-medium";

    /// <summary>The types that a listing shows.</summary>
    public static readonly string[] Listed =
    [
        "e2-micro", "e2-small", "e2-medium", "e2-standard-2", "e2-standard-4", "e2-standard-8", "e2-standard-16", "e2-highmem-2", "e2-highmem-4",
        "e2-highcpu-4", "e2-highcpu-8", "n1-standard-1", "n1-standard-2", "n1-standard-4", "n1-standard-8", "n2-standard-2", "n2-standard-4",
        "n2-standard-8", "n2d-standard-4", "c3-standard-4", "c3-standard-8", "t2d-standard-4",
    ];

    /// <summary>How many CPUs it has; null for a type that does not exist. <c>e2-standard-4</c> has four.</summary>
    public static int? Cpus(string type) => type switch
    {
        "e2-micro" or "e2-small" or "e2-medium" => 2,
        _ => Name().Match(type) is { Success: true } match ? int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) : null,
    };

    public static int MemoryMegabytes(string type) => type switch
    {
        "e2-micro" => 1024,
        "e2-small" => 2048,
        "e2-medium" => 4096,
        _ => (Cpus(type) ?? 0) * (type.Contains("highmem") ? 8192 : type.Contains("highcpu") ? 1024 : type.StartsWith("n1-") ? 3840 : 4096),
    };

    [GeneratedRegex("^(e2|n1|n2|n2d|c2|c3|t2d)-(?:standard|highmem|highcpu)-([0-9]{1,3})$")]
    private static partial Regex Name();
}
