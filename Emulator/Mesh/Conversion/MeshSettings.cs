using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Conversion;

/// <summary>The mesh-wide settings of ConfigMap <c>istio-REVISION</c> that embedded mode acts on.</summary>
internal sealed record MeshSettings
{
    public string RootNamespace { get; init; } = MeshTypes.SystemNamespace;

    public string TrustDomain { get; init; } = "cluster.local";

    public bool EnableTracing { get; init; } = true;

    /// <summary>Share of requests that start a trace, 0 to 100; Istio's default is 1.</summary>
    public double TracingSampling { get; init; } = 1;

    /// <summary>Istio's default is on; the lab's settings switch it off.</summary>
    public bool LocalityLoadBalancing { get; init; } = true;

    /// <summary>Whether proxies write access logs (<c>accessLogFile</c>), where no Telemetry says it.</summary>
    public bool AccessLog { get; init; }

    /// <summary>Whether pods reach only what the mesh knows.</summary>
    public bool RegistryOnly { get; init; }

    /// <summary>Who policies with action CUSTOM may ask, by the provider's name.</summary>
    public ImmutableDictionary<string, MeshExternalAuthorizer> Authorizers { get; init; } = ImmutableDictionary<string, MeshExternalAuthorizer>.Empty;

    /// <param name="config">The parsed <c>mesh</c> key; null when there is no ConfigMap.</param>
    public static MeshSettings From(JsonObject? config) => config is null ? new MeshSettings() : new MeshSettings
    {
        RootNamespace = config["rootNamespace"].Text() ?? MeshTypes.SystemNamespace,
        TrustDomain = config["trustDomain"].Text() ?? "cluster.local",
        EnableTracing = config["enableTracing"] is null || config["enableTracing"].IsTrue(),
        TracingSampling = config["defaultConfig"]?["tracing"]?["sampling"].Number() ?? 1,
        AccessLog = config["accessLogFile"].Text() is { Length: > 0 },
        Authorizers = ExtensionProviders.Read(config["extensionProviders"]),
        RegistryOnly = config["outboundTrafficPolicy"]?["mode"].Text() == "REGISTRY_ONLY",
        LocalityLoadBalancing = config["localityLbSetting"]?["enabled"] is not { } enabled || enabled.IsTrue(),
    };
}
