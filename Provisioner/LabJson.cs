using System.Text.Json;
using System.Text.Json.Serialization;
using Provisioner.Api;
using Provisioner.Bundles;
using Provisioner.Doctor;
using Provisioner.Plan;
using Provisioner.State;

namespace Provisioner;

/// <summary>JSON of the lab's own files and of the control API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(LabPlan))]
[JsonSerializable(typeof(LabState))]
[JsonSerializable(typeof(ControlFile))]
[JsonSerializable(typeof(CommandLine))]
[JsonSerializable(typeof(CommandArguments))]
[JsonSerializable(typeof(BundleManifest))]
[JsonSerializable(typeof(IReadOnlyList<Finding>))]
public sealed partial class LabJson : JsonSerializerContext
{
    private static LabJson? indented;

    /// <summary>The same, with line breaks, for files that people read.</summary>
    public static LabJson Indented => indented ??= new LabJson(new JsonSerializerOptions(Default.Options) { WriteIndented = true });
}
