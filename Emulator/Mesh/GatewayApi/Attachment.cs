using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Emulator.Mesh.GatewayApi;

/// <summary>One parent of a route: the listeners it is attached to with the hosts they have in common, or the services it rules in the mesh.</summary>
/// <param name="Services">The full host names, for a parent of kind Service or ServiceEntry; empty for a Gateway.</param>
/// <param name="Refused">Why the parent does not take the route.</param>
internal sealed record Attachment(
    JsonObject ParentReference, ImmutableArray<(Listener Listener, ImmutableArray<string> Hosts)> Listeners, ImmutableArray<string> Services, int? Port, Problem? Refused);
