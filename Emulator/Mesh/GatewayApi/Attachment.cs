using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Emulator.Mesh.GatewayApi;

/// <summary>One parent of a route: the listeners it is attached to with the hosts they have in common, or the service it rules in the mesh.</summary>
/// <param name="Service">The service's full host name, for a parent of kind Service; null for a Gateway.</param>
/// <param name="Refused">Why the parent does not take the route.</param>
internal sealed record Attachment(
    JsonObject ParentReference, ImmutableArray<(Listener Listener, ImmutableArray<string> Hosts)> Listeners, string? Service, int? Port, Problem? Refused);
