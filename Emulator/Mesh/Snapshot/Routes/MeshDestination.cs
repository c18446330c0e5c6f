namespace Emulator.Mesh;

internal sealed record MeshDestination(string Host, string? Subset, int? Port, int Weight, MeshHeaderOperations Headers);
