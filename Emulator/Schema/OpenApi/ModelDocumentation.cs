using System.Reflection;
using System.Text;
using System.Text.Json.Serialization;
using System.Xml.Linq;

namespace Emulator.Schema.OpenApi;

/// <summary>The descriptions of built-in kinds, from the documentation file of the KubernetesClient package.</summary>
/// <remarks>The file has 25 MB: it is searched as bytes, and only the texts asked for are decoded.</remarks>
internal sealed class ModelDocumentation
{
    private static readonly string FilePath = Path.Combine(AppContext.BaseDirectory, "KubernetesClient.xml");

    private readonly byte[] file;
    private readonly Dictionary<string, int> members = new(StringComparer.Ordinal);

    private ModelDocumentation(byte[] file)
    {
        this.file = file;
        var marker = "<member name=\""u8;
        for (var at = 0; file.AsSpan(at).IndexOf(marker) is >= 0 and var found;)
        {
            at += found + marker.Length;
            var length = file.AsSpan(at).IndexOf((byte)'"');
            if (length > 13 && file.AsSpan(at + 2, 11).SequenceEqual("k8s.Models."u8))
            {
                members[Encoding.UTF8.GetString(file, at, length)] = at + length;
            }

            at += length;
        }
    }

    /// <summary>Reads the file beside the program; null when it is not there.</summary>
    public static ModelDocumentation? Load() => File.Exists(FilePath) ? new ModelDocumentation(File.ReadAllBytes(FilePath)) : null;

    /// <summary>Looks for a few members line by line, so that the file is never in memory as a whole.</summary>
    public static IEnumerable<(string Member, string Text)> Search(ICollection<string> members)
    {
        if (!File.Exists(FilePath))
        {
            yield break;
        }

        var left = members.Select(member => $"<member name=\"{member}\">").ToHashSet();
        using var lines = File.ReadLines(FilePath).GetEnumerator();
        while (left.Count > 0 && lines.MoveNext())
        {
            var line = lines.Current.Trim();
            if (line.Length < 15 || line[14] is not ('P' or 'T') || !left.Remove(line))
            {
                continue;
            }

            var summary = new StringBuilder();
            while (lines.MoveNext() && !lines.Current.Contains("</summary>", StringComparison.Ordinal))
            {
                summary.Append(summary.Length == 0 ? "<summary>" : lines.Current).Append('\n');
            }

            yield return (line["<member name=\"".Length..^2], Unwrap(XElement.Parse($"{summary}</summary>").Value));
        }
    }

    public string? Type(Type model) => Text($"T:{model.FullName}");

    /// <summary>The description of a property, by its JSON name.</summary>
    public string? Property(Type model, string name) => Member(model, name) is { } member ? Text(member) : null;

    /// <summary>A property as documentation files name it: <c>P:k8s.Models.V1ConfigMap.Data</c>.</summary>
    public static string? Member(Type model, string name) =>
        model.GetProperties().FirstOrDefault(property => property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name == name) is { } found
            ? $"P:{model.FullName}.{found.Name}"
            : null;

    private string? Text(string member)
    {
        if (!members.TryGetValue(member, out var at))
        {
            return null;
        }

        var rest = file.AsSpan(at);
        var start = rest.IndexOf("<summary>"u8);
        var end = rest.IndexOf("</summary>"u8);
        if (start < 0 || end < start)
        {
            return null;
        }

        var element = XElement.Parse(Encoding.UTF8.GetString(rest[start..(end + "</summary>"u8.Length)]));
        return Unwrap(element.Value);
    }

    /// <summary>Joins lines that were broken at a width; empty lines and lists stay.</summary>
    private static string Unwrap(string text)
    {
        var joined = new StringBuilder();
        var paragraph = true;
        foreach (var line in text.Split('\n').Select(line => line.Trim()))
        {
            if (line.Length == 0)
            {
                joined.Append(paragraph ? "" : "\n\n");
                paragraph = true;
                continue;
            }

            var item = line.StartsWith("- ", StringComparison.Ordinal) || line.StartsWith("* ", StringComparison.Ordinal);
            joined.Append(paragraph ? "" : item ? "\n" : " ").Append(line);
            paragraph = false;
        }

        return joined.ToString().Trim();
    }
}
