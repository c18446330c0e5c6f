using System.Collections.Frozen;
using System.Collections.Immutable;
using Emulator.Mesh;

namespace Emulator.DataPlane.Identity;

/// <summary>Which of plain text and mutual TLS a workload's ports take, from the PeerAuthentications that apply to it.</summary>
internal sealed class PeerPolicy
{
    private const string Permissive = "PERMISSIVE";

    public static readonly PeerPolicy Default = new(Permissive, FrozenDictionary<int, string>.Empty);

    private readonly string mode;
    private readonly FrozenDictionary<int, string> ports;

    private PeerPolicy(string mode, FrozenDictionary<int, string> ports)
    {
        this.mode = mode;
        this.ports = ports;
    }

    /// <summary>The narrowest policy that says something wins: the workload's, then the namespace's, then the mesh's.</summary>
    public static PeerPolicy For(MeshSnapshot snapshot, string ns, IReadOnlyDictionary<string, string> labels)
    {
        var mesh = Find(snapshot, PolicyScope.Root(snapshot), policy => policy.Selector.IsEmpty);
        var own = Find(snapshot, ns, policy => policy.Selector.IsEmpty);
        var workload = Find(snapshot, ns, policy => !policy.Selector.IsEmpty && Selects(policy.Selector, labels));
        var mode = new[] { workload, own, mesh }.Select(policy => policy?.Mode).FirstOrDefault(IsSet) ?? Permissive;
        var ports = workload?.PortModes.Where(port => IsSet(port.Value)).ToFrozenDictionary() ?? FrozenDictionary<int, string>.Empty;
        return new PeerPolicy(mode, ports);
    }

    public static bool Selects(ImmutableDictionary<string, string> selector, IReadOnlyDictionary<string, string> labels)
    {
        foreach (var (key, value) in selector)
        {
            if (!labels.TryGetValue(key, out var found) || found != value)
            {
                return false;
            }
        }

        return true;
    }

    public bool Allows(int port, bool mutualTls) => Mode(port) switch
    {
        "STRICT" => mutualTls,
        "DISABLE" => !mutualTls,
        _ => true,
    };

    public string Mode(int port) => ports.GetValueOrDefault(port, mode);

    private static MeshPeerAuthentication? Find(MeshSnapshot snapshot, string ns, Func<MeshPeerAuthentication, bool> applies) =>
        snapshot.PeerAuthentications.FirstOrDefault(policy => policy.Namespace == ns && applies(policy));

    private static bool IsSet(string? mode) => mode is not (null or "" or "UNSET");
}
