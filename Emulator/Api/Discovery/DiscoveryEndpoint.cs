using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Emulator.Api.CustomResources;
using Emulator.Api.Http;
using Emulator.Api.Resources;
using Emulator.Api.Subresources;
using Emulator.Storage;

namespace Emulator.Api.Discovery;

/// <summary>Serves what types there are; documents are made once per state of the catalogue.</summary>
internal sealed partial class DiscoveryEndpoint(ResourceCatalog catalog, IEnumerable<IReview> reviews)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (byte[] Body, string ETag)> documents = [];
    private readonly IReview[] questions = [.. reviews];
    private long made = -1;

    public Func<Task>? Find(ApiRequest request, string path)
    {
        var segments = path.Split('/');
        return (segments[1], segments.Length) switch
        {
            ("api" or "apis", 2) => () => WriteRootAsync(request, segments[1] == "api"),
            ("api", 3) when segments[2] == "v1" => () => WriteAsync(request, path, () => ResourceList("", "v1")),
            ("apis", 3) when Groups().Contains(segments[2]) => () => WriteAsync(request, path, () => GroupOf(segments[2])),
            ("apis", 4) when Groups().Contains(segments[2]) =>
                () => VersionsOf(segments[2]).Contains(segments[3])
                    ? WriteAsync(request, path, () => ResourceList(segments[2], segments[3]))
                    : throw HttpErrors.NoSuchResource(),
            _ => null,
        };
    }

    /// <summary>The index at <c>/</c>.</summary>
    public byte[] Paths() => Document("/", () => new JsonObject
    {
        ["paths"] = new JsonArray(
            [
                .. new[] { "/api", "/api/v1", "/apis" }
                    .Concat(Groups().SelectMany(group => VersionsOf(group).Select(version => $"/apis/{group}/{version}").Prepend($"/apis/{group}")))
                    .Concat(["/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"])
                    .Select(path => JsonValue.Create(path)),
            ]),
    }).Body;

    private Task WriteRootAsync(ApiRequest request, bool core)
    {
        var accept = request.Http.Request.Headers.Accept.ToString();
        var beta = accept.IndexOf("v=v2beta1", StringComparison.Ordinal);
        var stable = accept.IndexOf("v=v2;", StringComparison.Ordinal) is var found and >= 0 ? found : accept.EndsWith("v=v2", StringComparison.Ordinal) ? 0 : -1;
        if (!accept.Contains("apidiscovery.k8s.io", StringComparison.Ordinal) || beta < 0 && stable < 0)
        {
            return core ? WriteAsync(request, "/api", CoreVersions) : WriteAsync(request, "/apis", GroupList);
        }

        var version = stable >= 0 && (beta < 0 || stable < beta) ? "v2" : "v2beta1";
        var type = $"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList";
        return WriteAsync(request, $"{(core ? "/api" : "/apis")} {version}", () => Aggregated(core, version), type);
    }

    private Task WriteAsync(ApiRequest request, string key, Func<JsonObject> make, string contentType = "application/json")
    {
        var (body, etag) = Document(key, make);
        var headers = request.Http.Response.Headers;
        if (contentType != "application/json")
        {
            headers.ETag = etag;
            headers.Vary = "Accept";
            headers.CacheControl = "public";
            if (request.Http.Request.Headers.IfNoneMatch == etag)
            {
                request.Http.Response.StatusCode = 304;
                return Task.CompletedTask;
            }
        }

        return ApiResponse.WriteJsonAsync(request.Http, body, 200, contentType);
    }

    private (byte[] Body, string ETag) Document(string key, Func<JsonObject> make)
    {
        lock (gate)
        {
            if (catalog.Version is var version && version != made)
            {
                documents.Clear();
                made = version;
            }

            if (!documents.TryGetValue(key, out var document))
            {
                var body = ObjectEncoder.Serialize(make()).ToArray();
                documents[key] = document = (body, $"\"{Convert.ToHexString(SHA512.HashData(body))}\"");
            }

            return document;
        }
    }

    private static JsonObject CoreVersions() => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = "127.0.0.1" }),
    };

    private JsonObject GroupList() => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. Groups().Select(group => GroupEntry(group))]),
    };

    private JsonObject GroupOf(string group)
    {
        var entry = GroupEntry(group);
        entry.Insert(0, "kind", "APIGroup");
        entry.Insert(1, "apiVersion", "v1");
        return entry;
    }

    private JsonObject GroupEntry(string group)
    {
        JsonObject Entry(string version) => new() { ["groupVersion"] = $"{group}/{version}", ["version"] = version };

        var versions = VersionsOf(group);
        return new JsonObject
        {
            ["name"] = group,
            ["versions"] = new JsonArray([.. versions.Select(Entry)]),
            ["preferredVersion"] = Entry(versions[0]),
        };
    }

    private JsonObject ResourceList(string group, string version)
    {
        var resources = new JsonArray();
        foreach (var definition in In(group, version))
        {
            var entry = new JsonObject
            {
                ["name"] = definition.Plural,
                ["singularName"] = definition.Singular,
                ["namespaced"] = definition.Namespaced,
                ["kind"] = definition.Kind,
                ["verbs"] = Strings(Verbs(definition)),
            };
            Describe(entry, definition);
            if (!definition.IsComputed)
            {
                entry["storageVersionHash"] = StorageHash(definition);
            }

            resources.Add(entry);
            foreach (var subresource in SubresourceCatalog.Of(definition))
            {
                var part = new JsonObject
                {
                    ["name"] = $"{definition.Plural}/{subresource.Name}",
                    ["singularName"] = "",
                    ["namespaced"] = definition.Namespaced,
                };
                if (subresource.Group is not null)
                {
                    part["group"] = subresource.Group;
                    part["version"] = subresource.Version;
                }

                part["kind"] = subresource.Kind;
                part["verbs"] = Strings(subresource.Verbs);
                resources.Add(part);
            }
        }

        foreach (var question in questions.Where(question => question.Group == group && version == "v1"))
        {
            resources.Add(new JsonObject
            {
                ["name"] = question.Plural,
                ["singularName"] = question.Kind.ToLowerInvariant(),
                ["namespaced"] = question.Namespaced,
                ["kind"] = question.Kind,
                ["verbs"] = Strings(["create"]),
            });
        }

        return new JsonObject
        {
            ["kind"] = "APIResourceList",
            ["apiVersion"] = "v1",
            ["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}",
            ["resources"] = resources,
        };
    }

    private static void Describe(JsonObject entry, ResourceDefinition definition)
    {
        if (definition.ShortNames.Count > 0)
        {
            entry["shortNames"] = Strings(definition.ShortNames);
        }

        if (definition.Categories.Count > 0)
        {
            entry["categories"] = Strings(definition.Categories);
        }
    }

    private static IReadOnlyList<string> Verbs(ResourceDefinition definition) =>
        definition.IsComputed ? ["get", "list"]
        : definition.CustomResourceDefinition is not null ? ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"]
        : definition.Type == KnownTypes.Namespaces
            ? ["create", "delete", "get", "list", "patch", "update", "watch"]
            : ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    private static string StorageHash(ResourceDefinition definition) =>
        Convert.ToBase64String(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{definition.Group}/{definition.Kind}"))[..8]);

    private IEnumerable<ResourceDefinition> In(string group, string version) =>
        catalog.All.Where(definition => definition.Group == group && definition.Versions.Contains(version))
            .OrderBy(definition => definition.Plural, StringComparer.Ordinal);

    /// <summary>Groups in the order of the real server's list, then those of custom resources by name.</summary>
    private IReadOnlyList<string> Groups() =>
    [
        .. catalog.All.Select(definition => definition.Group).Concat(questions.Select(question => question.Group)).Where(group => group.Length > 0).Distinct()
            .OrderBy(GroupOrder.Rank).ThenBy(group => group, StringComparer.Ordinal),
    ];

    private IReadOnlyList<string> VersionsOf(string group)
    {
        var versions = catalog.All.Where(definition => definition.Group == group).SelectMany(definition => definition.Versions).Distinct()
            .OrderByDescending(version => version, VersionOrder.Instance).ToList();
        return versions.Count > 0 ? versions : ["v1"];
    }

    private static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(value => JsonValue.Create(value))]);
}
