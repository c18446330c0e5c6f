using System.Text.Json.Serialization;
using Provisioner.Api;
using Provisioner.Plan;
using Provisioner.State;

namespace AppHost.Running;

/// <summary>JSON of the plan and of the provisioner's control API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectRequiredConstructorParameters = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(LabPlan))]
[JsonSerializable(typeof(LabState))]
[JsonSerializable(typeof(ControlFile))]
[JsonSerializable(typeof(CommandLine))]
[JsonSerializable(typeof(CommandArguments))]
internal sealed partial class ContractJson : JsonSerializerContext;
