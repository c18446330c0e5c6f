using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Schemas;

/// <summary>Decodes request bodies that typed clients send as <c>application/vnd.kubernetes.protobuf</c>.</summary>
internal interface IProtobufReader
{
    /// <summary>Reads a body that begins with the magic <c>k8s\0</c>, followed by a runtime.Unknown; the result has apiVersion and kind.</summary>
    /// <exception cref="ApiException">400: the bytes are not such a message, or 415: a kind that is not known here.</exception>
    JsonObject Read(ReadOnlyMemory<byte> body);
}
