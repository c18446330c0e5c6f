using System.Text.Json.Nodes;

namespace GoogleEmulator.Compute;

/// <summary>A resource of Compute Engine. Links to others in its body are paths that begin with <c>projects/</c>.</summary>
/// <param name="Scope"><c>global</c>, <c>regions/R</c> or <c>zones/Z</c>.</param>
/// <param name="Collection">Such as <c>firewalls</c>.</param>
/// <param name="Owner">What keeps it as it is, such as a cluster; null for what only the caller cares about.</param>
internal sealed record ComputeResource(string Project, string Scope, string Collection, string Name, JsonObject Body, DateTimeOffset Created, string? Owner = null)
{
    public string Path => $"projects/{Project}/{Scope}/{Collection}/{Name}";
}
