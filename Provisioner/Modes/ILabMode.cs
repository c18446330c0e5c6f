namespace Provisioner.Modes;

/// <summary>A place where the lab can run: who makes its clusters, installs the mesh and serves the global address.</summary>
internal interface ILabMode
{
    /// <summary>The value of <see cref="Plan.LabPlan.Mode"/> that asks for it.</summary>
    string Name { get; }

    /// <summary>Registers this mode's IClusterDriver, IMeshDriver and IGlobalIngressDriver, and what they need beyond the lab's own services.</summary>
    void AddDrivers(IServiceCollection services);
}
