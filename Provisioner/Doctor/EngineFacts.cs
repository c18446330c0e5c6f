using Containers;

namespace Provisioner.Doctor;

/// <summary>What a container engine says about itself, and what of the lab it has.</summary>
/// <param name="Command">Its program.</param>
/// <param name="Networks">Its bridge networks; each takes one of some thirty address pools.</param>
/// <param name="ClockSkew">Its clock minus this machine's: a virtual machine's may stand still while a laptop sleeps.</param>
/// <param name="Images">Images of the lab, and the processor that each is made for; null for those that it has not.</param>
/// <param name="FreeBytes">What is free where it keeps them; null where that is not on this machine.</param>
internal sealed record EngineFacts(string Command, EngineInfo Info, int Networks, TimeSpan ClockSkew, IReadOnlyDictionary<string, string?> Images, long? FreeBytes = null);
