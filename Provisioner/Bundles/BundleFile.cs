namespace Provisioner.Bundles;

/// <summary>One file of a bundle.</summary>
/// <param name="Path">Its path in the bundle, with slashes.</param>
/// <param name="Sha256">The digest of its bytes, in hexadecimal.</param>
/// <param name="Platform">Such as <c>linux/amd64</c>; null where it serves all.</param>
/// <param name="Source">What it is: an image with its registry's digest, or the address that it came from.</param>
public sealed record BundleFile(string Path, string Sha256, long Size, string? Platform, string Source);
