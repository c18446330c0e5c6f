using Emulator.Mesh.Discovery;
using Emulator.Mesh.Injection;
using Emulator.Mesh.Validation;
using Emulator.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh;

internal static class MeshServices
{
    public static IServiceCollection AddMesh(this IServiceCollection services)
    {
        services.AddSingleton<MeshControlPlane>();
        services.AddSingleton<IMeshControlPlane>(provider => provider.GetRequiredService<MeshControlPlane>());
        services.AddSingleton<IContainerImage, PilotImage>();
        services.AddSingleton<IAdmission, SidecarInjection>();
        services.AddSingleton<IAdmission, IstioValidation>();
        services.AddSingleton<IAdmission, ForeignIngresses>();
        return services;
    }
}
