using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace AppHost.Options;

/// <summary>Reads the section <c>Lab:Google</c>.</summary>
internal static class GoogleOptionsReader
{
    private static readonly string[] s_keys =
        ["FleetProject", "MachineType", "Nodes", "Network", "Mesh", "Labels", "Spot", "AsmVersion", "AsmcliSha256", "TraceRatio", "WhereamiImage", "RelayImage"];

    public static GoogleOptions Read(IConfigurationSection section, List<string> errors)
    {
        foreach (var key in section.GetChildren().Select(child => child.Key).Except(s_keys, StringComparer.OrdinalIgnoreCase))
        {
            errors.Add($"Lab:Google:{key} is not a setting. Settings: {string.Join(", ", s_keys)}");
        }

        var defaults = new GoogleOptions();
        var mesh = section["Mesh"] ?? defaults.Mesh;
        if (mesh is not ("managed" or "in-cluster"))
        {
            errors.Add($"Lab:Google:Mesh is '{mesh}'; expected managed or in-cluster");
        }

        return defaults with
        {
            FleetProject = section["FleetProject"],
            MachineType = section["MachineType"] ?? defaults.MachineType,
            Nodes = (int)Number(section, "Nodes", defaults.Nodes, 1, 100, errors),
            Network = section["Network"] ?? defaults.Network,
            Mesh = mesh,
            Labels = section.GetSection("Labels").GetChildren().ToDictionary(label => label.Key, label => label.Value ?? ""),
            Spot = Flag(section, "Spot", errors),
            AsmVersion = section["AsmVersion"] ?? defaults.AsmVersion,
            AsmcliSha256 = section["AsmcliSha256"],
            TraceRatio = Number(section, "TraceRatio", defaults.TraceRatio, 0, 1, errors),
            WhereamiImage = section["WhereamiImage"],
            RelayImage = section["RelayImage"],
        };
    }

    private static double Number(IConfigurationSection section, string key, double fallback, double from, double to, List<string> errors)
    {
        if (section[key] is not { } text)
        {
            return fallback;
        }

        // Counts are whole; shares are not.
        var style = to > 1 ? NumberStyles.None : NumberStyles.AllowDecimalPoint;
        if (double.TryParse(text, style, CultureInfo.InvariantCulture, out var number) && number >= from && number <= to)
        {
            return number;
        }

        errors.Add(string.Create(CultureInfo.InvariantCulture, $"Lab:Google:{key} is '{text}'; expected a number from {from} to {to}"));
        return fallback;
    }

    private static bool Flag(IConfigurationSection section, string key, List<string> errors)
    {
        if (section[key] is not { } text)
        {
            return false;
        }

        if (!bool.TryParse(text, out var value))
        {
            errors.Add($"Lab:Google:{key} is '{text}'; expected true or false");
        }

        return value;
    }
}
