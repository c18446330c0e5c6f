namespace Emulator.Mesh.GatewayApi;

/// <summary>Why a condition does not hold.</summary>
/// <param name="Reason">One of the reasons that the Gateway API's specification names.</param>
internal sealed record Problem(string Reason, string Message);
