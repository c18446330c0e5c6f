namespace Provisioner.Mesh.Istio;

/// <summary>What differs between installations of Istio by the lab.</summary>
/// <param name="RelayImage">The image of the relay that takes the proxies' spans; null where there is none, and no proxy sends any.</param>
/// <param name="Offline">Whether images must be on the nodes already: nothing is pulled.</param>
internal sealed record MeshSettings(string? RelayImage, bool Offline);
