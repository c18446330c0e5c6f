namespace Emulator.DataPlane.Metrics;

/// <summary>What requests have in common that are counted together.</summary>
/// <param name="IsSource">Whether the proxy sent them; else they came to its pod.</param>
/// <param name="Target">For what was sent: the cluster in Envoy's form, <c>outbound|80|v1|HOST</c>, or <c>BlackHoleCluster</c>; null: nowhere.</param>
/// <param name="Port">For what came: the pod's port.</param>
/// <param name="Flags">Response flags, with commas between; null: none.</param>
internal readonly record struct RequestKey(bool IsSource, string? Target, int Port, PeerFacts Peer, int Status, string? Flags, bool IsGrpc);
