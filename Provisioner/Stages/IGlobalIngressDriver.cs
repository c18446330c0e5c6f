namespace Provisioner.Stages;

/// <summary>How one mode makes a cluster the config cluster of the global ingress.</summary>
internal interface IGlobalIngressDriver
{
    IReadOnlyList<Step> Enable();

    IReadOnlyList<Step> Disable();
}
