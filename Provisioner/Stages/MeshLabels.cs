using System.Text.Json.Nodes;

namespace Provisioner.Stages;

/// <summary>The labels by which a namespace asks for sidecars.</summary>
internal static class MeshLabels
{
    public const string Revision = "istio.io/rev";

    public const string Injection = "istio-injection";

    public static JsonObject For(string revision) => new() { [Revision] = revision };

    public static string ByHand(string context, string ns) =>
        $"kubectl --context {context} label namespace {ns} {Injection}- {Revision}=$REVISION --overwrite";
}
