using System.Text.Json.Nodes;
using Provisioner.Telemetry;

namespace Provisioner.Mesh.Istio;

/// <summary>What the lab adds around Istio's charts.</summary>
internal static class IstioObjects
{
    public const string Part = "lab.dev/part";

    /// <summary>The namespace of the control plane; before the charts, because <c>cacerts</c> has to be in it when istiod starts.</summary>
    public static JsonObject SystemNamespace() => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Namespace",
        ["metadata"] = new JsonObject
        {
            ["name"] = RemoteSecret.Namespace,
            ["labels"] = new JsonObject { [Part] = "mesh", ["istio-injection"] = "disabled" },
        },
    };

    /// <summary>What the control plane needs beside the charts; after them, because a token's Secret does not outlive the absence of its account.</summary>
    public static IReadOnlyList<JsonObject> AfterCharts(MeshSettings settings) =>
        settings.RelayImage is { } image ? [ReaderToken(), .. RelayObjects.Create(image, settings.Offline), Tracing()] : [ReaderToken()];

    /// <summary>Asks the cluster for the token that other clusters' control planes read this one with, as <c>istioctl create-remote-secret</c> does.</summary>
    public static JsonObject ReaderToken() => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Secret",
        ["metadata"] = new JsonObject
        {
            ["name"] = RemoteSecret.TokenSecret,
            ["namespace"] = RemoteSecret.Namespace,
            ["labels"] = new JsonObject { [Part] = "mesh" },
            ["annotations"] = new JsonObject { ["kubernetes.io/service-account.name"] = "istio-reader-service-account" },
        },
        ["type"] = "kubernetes.io/service-account-token",
    };

    private static JsonObject Tracing() => new()
    {
        ["apiVersion"] = "telemetry.istio.io/v1",
        ["kind"] = "Telemetry",
        ["metadata"] = new JsonObject
        {
            ["name"] = "lab-tracing",
            ["namespace"] = RemoteSecret.Namespace,
            ["labels"] = new JsonObject { [Part] = "mesh" },
        },
        ["spec"] = new JsonObject
        {
            ["tracing"] = new JsonArray(new JsonObject
            {
                ["providers"] = new JsonArray(new JsonObject { ["name"] = IstioValues.TracingProvider }),
                ["randomSamplingPercentage"] = 100,
            }),
        },
    };
}
