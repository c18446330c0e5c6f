using System.Text.Json;
using System.Text.Json.Serialization;
using Provisioner.Tools.Gcloud.Answers;

namespace Provisioner.Tools.Gcloud;

/// <summary>JSON that gcloud prints with <c>--format=json</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
[JsonSerializable(typeof(GkeCluster[]))]
[JsonSerializable(typeof(GkeOperation))]
[JsonSerializable(typeof(GkeOperation[]))]
[JsonSerializable(typeof(FleetMembership[]))]
[JsonSerializable(typeof(FleetFeature))]
[JsonSerializable(typeof(FirewallRule))]
[JsonSerializable(typeof(FirewallRule[]))]
[JsonSerializable(typeof(ComputeInstance[]))]
[JsonSerializable(typeof(GoogleProject))]
[JsonSerializable(typeof(EnabledService[]))]
[JsonSerializable(typeof(ComputeRegion))]
[JsonSerializable(typeof(BillingInfo))]
[JsonSerializable(typeof(Account[]))]
[JsonSerializable(typeof(NamedResource[]))]
internal sealed partial class GcloudJson : JsonSerializerContext;
