using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.GatewayApi;

/// <summary>Says which references into other namespaces ReferenceGrants allow.</summary>
internal sealed class Grants(IReadOnlyList<JsonObject> grants)
{
    /// <param name="toNamespace">The namespace of what is referred to, where the grant has to be.</param>
    public bool Allow(string fromKind, string fromNamespace, string toKind, string toNamespace, string toName) =>
        fromNamespace == toNamespace || grants.Any(grant =>
            grant.Namespace() == toNamespace
            && grant["spec"]?["from"].Items().Any(from => from["kind"].Text() == fromKind && from["namespace"].Text() == fromNamespace) is true
            && grant["spec"]?["to"].Items().Any(to => to["kind"].Text() == toKind && (to["name"].Text() is not { Length: > 0 } name || name == toName)) is true);
}
