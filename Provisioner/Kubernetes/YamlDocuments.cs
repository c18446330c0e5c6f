using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;

namespace Provisioner.Kubernetes;

/// <summary>Manifests: YAML documents that are Kubernetes objects.</summary>
internal static class YamlDocuments
{
    /// <exception cref="LabException">A file is not YAML, or a document is not a Kubernetes object; names file and line.</exception>
    public static IReadOnlyList<JsonObject> Read(string path) => Parse(ReadText(path), path);

    public static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"{path} cannot be read: {e.Message}", "Put the file back, for example with: git restore kube");
        }
    }

    public static IReadOnlyList<JsonObject> Parse(string text, string source) =>
        [.. Load(text, source).Where(document => document.Root is not null).Select(document => Checked(document.Root!, $"{source}:{document.Line}", source))];

    /// <summary>The first document, whatever it is; for files that are not manifests.</summary>
    public static JsonNode? ParseAny(string text, string source) => Load(text, source) is [var (root, _), ..] ? root : null;

    private static JsonObject Checked(JsonNode root, string at, string source)
    {
        if (root is not JsonObject item)
        {
            throw new LabException($"{at}: expected an object with apiVersion and kind, found {root.GetValueKind()}", $"Correct {source}");
        }

        foreach (var required in (ReadOnlySpan<string>)["apiVersion", "kind"])
        {
            if (item[required]?.GetValueKind() != JsonValueKind.String)
            {
                throw new LabException($"{at}: the object has no {required}", $"Add '{required}:' to {source}");
            }
        }

        return item["metadata"]?["name"] is not null
            ? item
            : throw new LabException($"{at}: {item["kind"]} has no metadata.name", $"Add the name to {source}");
    }

    private static List<(JsonNode? Root, long Line)> Load(string text, string source)
    {
        try
        {
            return [.. YamlReader.Read(text)];
        }
        catch (YamlException e)
        {
            throw new LabException($"{source}:{e.Start.Line}:{e.Start.Column}: not YAML: {e.Message}", $"Correct {source} at line {e.Start.Line}", e);
        }
    }
}
