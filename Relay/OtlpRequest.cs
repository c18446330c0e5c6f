namespace Relay;

/// <summary>One export request as it came: its signal (<c>t</c>races, <c>m</c>etrics or <c>l</c>ogs) and its protobuf bytes.</summary>
internal readonly record struct OtlpRequest(char Signal, ReadOnlyMemory<byte> Body);
