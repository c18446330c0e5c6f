using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>One fault that Istio's analyzers would report, with the object it is in.</summary>
/// <param name="Code">Istio's message code, such as <c>IST0101</c>; empty for faults that only an embedded mesh has.</param>
/// <param name="Level">Error, Warning or Info.</param>
internal sealed record Finding(string Code, string Level, string Kind, string ApiVersion, string Namespace, string Name, string Uid, string Message)
{
    public static Finding In(JsonObject node, string code, string level, string message) =>
        new(code, level, node.Kind(), node["apiVersion"]?.GetValue<string>() ?? "", node.Namespace(), node.Name(), node.Uid(), message);

    /// <summary>As <c>istioctl analyze</c> prints it.</summary>
    public override string ToString() => $"{Level} [{Code}] ({Kind} {Namespace}/{Name}) {Message}";
}
