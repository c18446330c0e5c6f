using System.Text;
using System.Text.Json.Nodes;
using Emulator.Api.Security;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>What is in a pod's volumes that come from objects: ConfigMaps, Secrets, the downward API, tokens, and all of them in one.</summary>
internal sealed class VolumeContents(Registry registry, ServiceAccountTokens tokens, TimeProvider time)
{
    private const int UsualMode = 420;
    private const long UsualTokenSeconds = 3600;

    /// <summary>The files of a volume, or null when it holds none of its own (emptyDir).</summary>
    /// <exception cref="ContainerFailedException">Something that is not optional is not there, or the kind of volume is not served.</exception>
    public IReadOnlyList<VolumeFile>? Read(JsonObject volume, JsonObject pod, EmbeddedNode node, string podAddress)
    {
        if (volume["emptyDir"] is not null)
        {
            return null;
        }

        var name = volume["name"].Text() ?? "";
        try
        {
            foreach (var kind in (string[])["configMap", "secret", "downwardAPI", "projected"])
            {
                if (volume[kind] is JsonObject source)
                {
                    var mode = source["defaultMode"].Int(UsualMode);
                    return kind == "projected"
                        ? [.. source["sources"].Items().SelectMany(item => Project(item, mode, pod, node, podAddress))]
                        : [.. Source(kind, source, mode, pod, node, podAddress)];
                }
            }
        }
        catch (ContainerFailedException e)
        {
            throw new ContainerFailedException("ContainerCreating", $"MountVolume.SetUp failed for volume \"{name}\" : {e.Message}", "FailedMount");
        }

        var type = volume.FirstOrDefault(entry => entry.Key != "name").Key ?? "none";
        throw new ContainerFailedException(
            "ContainerCreating",
            $"MountVolume.SetUp failed for volume \"{name}\" : embedded nodes have no {type} volumes; they have emptyDir, configMap, secret, downwardAPI and "
            + "projected ones. A lab with real containers has all: --mode k3s",
            "FailedMount");
    }

    private IEnumerable<VolumeFile> Project(JsonObject source, int mode, JsonObject pod, EmbeddedNode node, string podAddress)
    {
        foreach (var kind in (string[])["configMap", "secret", "downwardAPI"])
        {
            if (source[kind] is JsonObject known)
            {
                return Source(kind, known, mode, pod, node, podAddress);
            }
        }

        if (source["serviceAccountToken"] is JsonObject token)
        {
            return [new VolumeFile(token["path"].Text() ?? "token", Encoding.UTF8.GetBytes(Token(token, pod)), (UnixFileMode)mode)];
        }

        throw new ContainerFailedException("", $"embedded nodes do not project {source.FirstOrDefault().Key}");
    }

    private IEnumerable<VolumeFile> Source(string kind, JsonObject source, int mode, JsonObject pod, EmbeddedNode node, string podAddress) => kind switch
    {
        "downwardAPI" => source["items"].Items().Select(item => new VolumeFile(
            item["path"].Text() ?? "",
            Encoding.UTF8.GetBytes(Field(item, pod, node, podAddress)),
            (UnixFileMode)item["mode"].Int(mode))),
        "secret" => Pick(source, mode, KnownTypes.Secrets, source["secretName"].Text() ?? source["name"].Text() ?? "", pod),
        _ => Pick(source, mode, KnownTypes.ConfigMaps, source["name"].Text() ?? "", pod),
    };

    private static string Field(JsonObject item, JsonObject pod, EmbeddedNode node, string podAddress) =>
        item["fieldRef"]?["fieldPath"].Text() is { } path ? FieldReference.Resolve(path, pod, node, podAddress) ?? ""
        : item["resourceFieldRef"] is JsonObject resource
            ? FieldReference.Resource(resource, pod, pod["spec"]?["containers"].Items().FirstOrDefault() ?? [])
            : "";

    private IEnumerable<VolumeFile> Pick(JsonObject source, int mode, ResourceType type, string name, JsonObject pod)
    {
        var optional = source["optional"].IsTrue();
        if (registry.Find(type, pod.Namespace(), name)?.Node is not { } found)
        {
            return optional ? [] : throw new ContainerFailedException("", $"{type.Plural[..^1]} \"{name}\" not found");
        }

        var data = Data(found, type == KnownTypes.Secrets);
        if (source["items"] is not JsonArray items)
        {
            return data.Select(entry => new VolumeFile(entry.Key, entry.Value, (UnixFileMode)mode));
        }

        var files = new List<VolumeFile>();
        foreach (var item in items.OfType<JsonObject>())
        {
            var key = item["key"].Text() ?? "";
            if (data.TryGetValue(key, out var content))
            {
                files.Add(new VolumeFile(item["path"].Text() ?? key, content, (UnixFileMode)item["mode"].Int(mode)));
            }
            else if (!optional)
            {
                throw new ContainerFailedException("", $"references non-existent {type.Plural[..^1]} key: {key}");
            }
        }

        return files;
    }

    private static Dictionary<string, byte[]> Data(JsonObject found, bool isSecret)
    {
        var data = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (key, value) in found["data"] as JsonObject ?? [])
        {
            data[key] = isSecret ? Decode(value.Text()) : Encoding.UTF8.GetBytes(value.Text() ?? "");
        }

        foreach (var (key, value) in found["binaryData"] as JsonObject ?? [])
        {
            data[key] = Decode(value.Text());
        }

        return data;
    }

    private static byte[] Decode(string? base64)
    {
        var bytes = new byte[base64?.Length ?? 0];
        return Convert.TryFromBase64String(base64 ?? "", bytes, out var count) ? bytes[..count] : [];
    }

    private string Token(JsonObject source, JsonObject pod)
    {
        var account = pod["spec"]?["serviceAccountName"].Text() ?? "default";
        var uid = registry.Find(KnownTypes.ServiceAccounts, pod.Namespace(), account)?.Node.Uid()
            ?? throw new ContainerFailedException("", $"failed to fetch token: serviceaccounts \"{account}\" not found");
        var expires = time.GetUtcNow().AddSeconds(source["expirationSeconds"].AsLong() ?? UsualTokenSeconds);
        var audience = source["audience"].Text();
        return tokens.Issue(
            pod.Namespace(), account, uid, audience is null ? [] : [audience], expires, new BoundObject("Pod", pod.Name(), pod.Uid()));
    }
}
