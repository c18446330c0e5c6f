namespace Emulator.Schema.OpenApi;

/// <summary>The values that a field of a built-in kind may have, in the order of the alphabet.</summary>
/// <param name="Values">The values as they stand in objects; one of them may be empty.</param>
/// <param name="Meanings">What each value means, as a list that ends the field's description (k8s.io/kube-openapi, enum extension).</param>
internal sealed record Enumeration(IReadOnlyList<string> Values, string Meanings);
