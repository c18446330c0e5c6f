using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Provisioner.Kubernetes;

/// <summary>YAML documents as JSON objects, with YAML 1.2's meaning of plain scalars.</summary>
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

    public static IReadOnlyList<JsonObject> Parse(string text, string source)
    {
        var documents = new List<JsonObject>();
        foreach (var document in Load(text, source))
        {
            if (ToJson(document.RootNode) is not { } json)
            {
                continue;
            }

            var at = $"{source}:{document.RootNode.Start.Line}";
            if (json is not JsonObject item)
            {
                throw new LabException($"{at}: expected an object with apiVersion and kind, found {json.GetValueKind()}", $"Correct {source}");
            }

            foreach (var required in (ReadOnlySpan<string>)["apiVersion", "kind"])
            {
                if (item[required]?.GetValueKind() != System.Text.Json.JsonValueKind.String)
                {
                    throw new LabException($"{at}: the object has no {required}", $"Add '{required}:' to {source}");
                }
            }

            if (item["metadata"]?["name"] is null)
            {
                throw new LabException($"{at}: {item["kind"]} has no metadata.name", $"Add the name to {source}");
            }

            documents.Add(item);
        }

        return documents;
    }

    /// <summary>The first document, whatever it is; for files that are not manifests.</summary>
    public static JsonNode? ParseAny(string text, string source) =>
        Load(text, source) is [var first, ..] ? ToJson(first.RootNode) : null;

    private static IList<YamlDocument> Load(string text, string source)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException e)
        {
            throw new LabException($"{source}:{e.Start.Line}:{e.Start.Column}: not YAML: {e.Message}", $"Correct {source} at line {e.Start.Line}", e);
        }

        return stream.Documents;
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(
            mapping.Children.Select(entry => KeyValuePair.Create(((YamlScalarNode)entry.Key).Value ?? "", ToJson(entry.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(ToJson)]),
        YamlScalarNode scalar => ToJson(scalar),
        _ => null,
    };

    private static JsonValue? ToJson(YamlScalarNode scalar)
    {
        var value = scalar.Value ?? "";
        if (scalar.Style != ScalarStyle.Plain)
        {
            return JsonValue.Create(value);
        }

        return value switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => JsonValue.Create(true),
            "false" or "False" or "FALSE" => JsonValue.Create(false),
            _ when long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) => JsonValue.Create(integer),
            _ when IsNumberLike(value) && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
            _ => JsonValue.Create(value),
        };
    }

    private static bool IsNumberLike(string value) => char.IsAsciiDigit(value[0]) || (value.Length > 1 && value[0] is '-' or '+' or '.' && char.IsAsciiDigit(value[1]));
}
