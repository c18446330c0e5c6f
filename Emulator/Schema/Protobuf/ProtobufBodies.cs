using System.Text.Json.Nodes;
using Emulator.Api.Schemas;

namespace Emulator.Schema.Protobuf;

/// <summary>Gives the API its decoder of protobuf bodies.</summary>
internal sealed class ProtobufBodies : IProtobufReader
{
    public JsonObject Read(ReadOnlyMemory<byte> body) => ProtobufReader.Read(body.Span);
}
