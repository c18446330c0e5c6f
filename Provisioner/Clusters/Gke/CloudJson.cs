using System.Text.Json.Serialization;

namespace Provisioner.Clusters.Gke;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(CloudRecord))]
internal sealed partial class CloudJson : JsonSerializerContext;
