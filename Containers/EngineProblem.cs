namespace Containers;

/// <summary>Something about an engine or its machine that stands in the way of k3s.</summary>
/// <param name="Fatal">k3s cannot run; else it may run badly.</param>
public sealed record EngineProblem(string What, string Cure, bool Fatal = true);
