namespace Provisioner.Clusters.Gke;

/// <summary>What a look at Google Cloud before anything is created brought to light.</summary>
/// <param name="Problems">Everything that stands in the way.</param>
/// <param name="ToMake">What the lab will create, in words; empty when all of it is there.</param>
/// <param name="ToEnable">APIs to enable, by project.</param>
internal sealed record CloudProposal(
    IReadOnlyList<Problem> Problems, IReadOnlyList<string> ToMake, IReadOnlyDictionary<string, IReadOnlyList<string>> ToEnable);
