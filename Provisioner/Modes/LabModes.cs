using Provisioner.Plan;

namespace Provisioner.Modes;

/// <summary>The modes that this provisioner has drivers for.</summary>
internal static class LabModes
{
    public static readonly IReadOnlyList<ILabMode> All =
    [
        new EmbeddedMode(),
        new K3sMode(),
        new ExistingMode(),
        new CloudMode(CloudMode.Gke),
        new CloudMode(CloudMode.Rehearsal),
    ];

    /// <exception cref="LabException">There are no drivers for the plan's mode.</exception>
    public static ILabMode Of(LabPlan plan) => Find(plan.Mode) ?? throw new LabException(Unknown(plan.Mode), Cure);

    public static ILabMode? Find(string name) => All.FirstOrDefault(mode => mode.Name == name);

    public static string Unknown(string name) => $"mode '{name}' is not one of {string.Join(", ", All.Select(mode => mode.Name))}";

    public const string Cure = "Start the lab with --mode embedded, or with another of these";
}
