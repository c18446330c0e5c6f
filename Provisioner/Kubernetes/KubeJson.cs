using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Provisioner.Kubernetes;

/// <summary>Writes JSON nodes without reflection.</summary>
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class KubeJson : JsonSerializerContext;
