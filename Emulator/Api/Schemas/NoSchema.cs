using System.Text.Json.Nodes;
using Emulator.Api.Http;
using Emulator.Storage;

namespace Emulator.Api.Schemas;

/// <summary>Stands in where no schemas are registered: every field is accepted, protobuf is not.</summary>
internal sealed class NoSchema : IProtobufReader, IFieldValidation, IOpenApiSource, IVersionConverter, IFieldDescriptions
{
    public JsonObject Read(ReadOnlyMemory<byte> body) => throw HttpErrors.UnsupportedBody();

    public void Check(ResourceDefinition resource, string version, ReadOnlyMemory<byte> body, JsonObject decoded, string mode, List<string> warnings)
    {
    }

    public byte[] V3Root() => """{"paths":{}}"""u8.ToArray();

    public byte[]? V3(string groupVersionPath) => null;

    public byte[] V2() => """{"swagger":"2.0","info":{"title":"Kubernetes","version":"v1.32.0"},"paths":{},"definitions":{}}"""u8.ToArray();

    public IReadOnlyDictionary<string, string> Describe(IReadOnlyCollection<string> fields) => new Dictionary<string, string>();

    public void Convert(ResourceDefinition resource, JsonObject node, string version) => node["apiVersion"] = resource.ApiVersion(version);
}
