namespace Emulator.Mesh;

/// <summary>Where copies of requests go, whose answers nobody waits for.</summary>
/// <param name="Percent">Share of the requests, 0 to 100.</param>
internal sealed record MeshMirror(MeshDestination Destination, double Percent);
