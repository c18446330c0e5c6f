namespace Emulator.Nodes;

internal static class NodesServices
{
    public static IServiceCollection AddNodes(this IServiceCollection services) => services;
}
