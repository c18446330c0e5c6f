using System.Text.Json.Nodes;
using Provisioner.Kubernetes;
using Provisioner.Mesh.Managed;
using Provisioner.Plan;
using Provisioner.Telemetry;

namespace Provisioner.Stages;

/// <summary>What kube/whereami.yaml lacks: another image, where it runs if no metadata server tells, and where its spans go. The same as a kustomization and as objects.</summary>
/// <param name="Image">The image to run; null for the manifest's own.</param>
/// <param name="Variables">Contents of the ConfigMap that the manifest looks for.</param>
/// <param name="Annotations">Annotations for its pods.</param>
internal sealed record WhereamiOverlay(string? Image, IReadOnlyDictionary<string, string> Variables, IReadOnlyDictionary<string, string> Annotations)
{
    // Through the sidecar each export of spans would be a trace of its own.
    private const string PastTheSidecar = "traffic.sidecar.istio.io/excludeOutboundPorts";

    private const string PodAnnotations = "/spec/template/metadata/annotations";

    public const string ConfigMap = "whereami";

    public const string KustomizationFile = "kustomization.yaml";

    /// <summary>The overlay for one cluster; null in modes whose nodes tell whereami where it is, or map its image.</summary>
    public static WhereamiOverlay? For(LabPlan plan, ClusterPlan cluster)
    {
        if (plan.K3s is null && plan.Existing is null && plan.Cloud?.WhereamiImage is null)
        {
            return null;
        }

        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (plan.Cloud is null)
        {
            variables["CLUSTER_NAME"] = cluster.ClusterName;
            variables["ZONE"] = cluster.Location;
            variables["PROJECT_ID"] = plan.Project;
        }
        else if (plan.Cloud.TraceRatio > 0)
        {
            variables[CloudTrace.Variable] = CloudTrace.Ratio(plan.Cloud);
        }

        var annotations = new Dictionary<string, string>();
        if ((plan.K3s?.RelayImage ?? plan.Cloud?.RelayImage) is not null)
        {
            annotations[PastTheSidecar] = $"{RelayObjects.GrpcPort}";
            variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://{RelayObjects.Host}:{RelayObjects.GrpcPort}";
            variables["OTEL_SERVICE_NAME"] = $"whereami-{cluster.Name}";
        }

        return new WhereamiOverlay(Tagged(plan.K3s?.WhereamiImage ?? plan.Existing?.WhereamiImage ?? plan.Cloud?.WhereamiImage), variables, annotations);
    }

    /// <summary>Where the overlay of a cluster is written for <c>kubectl apply -k</c>.</summary>
    public static string FolderOf(LabPlan plan, ClusterPlan cluster) => Path.Combine(plan.Directory, "overlays", cluster.Name);

    /// <summary>The objects as the kustomization makes them of the manifest's.</summary>
    public IReadOnlyList<JsonObject> Apply(IReadOnlyList<JsonObject> manifest)
    {
        var objects = manifest.Select(item => (JsonObject)item.DeepClone()).ToList();
        foreach (var container in objects.SelectMany(Containers).Where(container => Image is not null && NameOf(Text(container, "image")) == Original(manifest)))
        {
            container["image"] = Image;
        }

        foreach (var template in objects.Where(item => Annotations.Count > 0 && item.Kind() == "Deployment").Select(item => item["spec"]!["template"]!["metadata"]!.AsObject()))
        {
            template["annotations"] = Map(Annotations);
        }

        objects.Add(new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject { ["name"] = ConfigMap },
            ["data"] = Map(Variables),
        });
        return objects;
    }

    /// <summary>The kustomization over a copy of the manifest beside it: kustomize reads no files outside of its folder.</summary>
    public string Kustomization(IReadOnlyList<JsonObject> manifest)
    {
        var root = new JsonObject
        {
            ["apiVersion"] = "kustomize.config.k8s.io/v1beta1",
            ["kind"] = "Kustomization",
            ["resources"] = new JsonArray(Manifests.Whereami),
            ["generatorOptions"] = new JsonObject { ["disableNameSuffixHash"] = true },
            ["configMapGenerator"] = new JsonArray(new JsonObject
            {
                ["name"] = ConfigMap,
                ["literals"] = new JsonArray([.. Variables.Select(entry => JsonValue.Create($"{entry.Key}={entry.Value}"))]),
            }),
        };
        if (Image is { } image && Original(manifest) is { } original)
        {
            var at = image.IndexOf('@') is > 0 and var digest ? digest : image.LastIndexOf(':');
            var entry = new JsonObject
            {
                ["name"] = original,
                ["newName"] = image[..at],
                [image[at] == '@' ? "digest" : "newTag"] = image[(at + 1)..],
            };
            root["images"] = new JsonArray(entry);
        }

        if (Annotations.Count > 0)
        {
            var add = new JsonObject { ["op"] = "add", ["path"] = PodAnnotations, ["value"] = Map(Annotations) };
            root["patches"] = new JsonArray(new JsonObject
            {
                ["target"] = new JsonObject { ["kind"] = "Deployment" },
                ["patch"] = new JsonArray(add).ToJsonString(),
            });
        }

        return YamlText.Write(root);
    }

    /// <summary>Writes kustomization and manifest into a folder.</summary>
    public void Write(string folder, string manifestPath, IReadOnlyList<JsonObject> manifest)
    {
        Directory.CreateDirectory(folder);
        File.Copy(manifestPath, Path.Combine(folder, Manifests.Whereami), overwrite: true);
        File.WriteAllText(Path.Combine(folder, KustomizationFile), Kustomization(manifest));
    }

    private static string? Original(IReadOnlyList<JsonObject> manifest) =>
        manifest.SelectMany(Containers).Select(container => NameOf(Text(container, "image"))).FirstOrDefault();

    private static IEnumerable<JsonObject> Containers(JsonObject item) => item["spec"]?["template"]?["spec"]?["containers"].Objects() ?? [];

    private static JsonObject Map(IReadOnlyDictionary<string, string> entries) => new(entries.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value)));

    private static string Text(JsonObject item, string name) => item[name]?.ToString() ?? "";

    // Without a tag of its own an image would keep that of the one it replaces.
    private static string? Tagged(string? image) => image is null || image.Contains('@') || NameOf(image) != image ? image : $"{image}:latest";

    // registry:5000/name:tag is the image 'registry:5000/name'.
    private static string NameOf(string image) => image.LastIndexOf(':') is var at && at > image.LastIndexOf('/') ? image[..at] : image;
}
