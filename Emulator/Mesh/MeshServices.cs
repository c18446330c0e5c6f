namespace Emulator.Mesh;

internal static class MeshServices
{
    public static IServiceCollection AddMesh(this IServiceCollection services) => services;
}
