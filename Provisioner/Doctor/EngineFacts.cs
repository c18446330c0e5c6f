namespace Provisioner.Doctor;

/// <summary>What a container engine says about itself.</summary>
/// <param name="Command">Its program.</param>
/// <param name="CgroupVersion">1 or 2.</param>
/// <param name="Networks">Its bridge networks; each takes one of some thirty address pools.</param>
/// <param name="ClockSkew">Its clock minus this machine's: a virtual machine's may stand still while a laptop sleeps.</param>
/// <param name="Images">Images of the lab, and whether it has them.</param>
internal sealed record EngineFacts(
    string Command,
    string Version,
    string OperatingSystem,
    string Architecture,
    int CgroupVersion,
    long MemoryBytes,
    int Processors,
    int Networks,
    TimeSpan ClockSkew,
    IReadOnlyDictionary<string, bool> Images);
