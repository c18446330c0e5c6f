using Emulator.Schema.Crd;
using Emulator.Schema.Validation;

namespace Emulator.Schema.Cel;

/// <summary>A form that texts can have, by name: <c>format.dns1123Label()</c> (k8s.io/apiserver/pkg/cel/library, format).</summary>
/// <param name="Faults">What keeps a text from having it; null: nothing.</param>
internal sealed record CelFormat(string Name, Func<string, IReadOnlyList<string>?> Faults)
{
    private static readonly Dictionary<string, CelFormat> Known = new CelFormat[]
    {
        new("dns1123Label", Lines(Names.Label)),
        new("dns1123Subdomain", Lines(Names.Subdomain)),
        new("dns1035Label", Lines(Names.Label1035)),
        new("dns1123LabelPrefix", Lines(text => Names.Label(Masked(text)))),
        new("dns1123SubdomainPrefix", Lines(text => Names.Subdomain(Masked(text)))),
        new("dns1035LabelPrefix", Lines(text => Names.Label1035(Masked(text)))),
        new("qualifiedName", Lines(Names.QualifiedName)),
        new("labelValue", Lines(Names.LabelValue)),
        new("uri", text => CelKubernetes.ToUrl(text) is null ? [$"parse {GoQuote.Text(text)}: {(text.Length == 0 ? "empty url" : "invalid URI for request")}"] : null),
        new("uuid", text => Fits("uuid", text, "does not match the UUID format")),
        new("byte", text => Fits("byte", text, "invalid base64")),
        new("date", text => Fits("date", text, "invalid date")),
        new("datetime", text => Fits("datetime", text, "invalid datetime")),
    }.ToDictionary(format => format.Name);

    public static IEnumerable<string> All => Known.Keys;

    public static CelFormat? Find(string name) => Known.GetValueOrDefault(name);

    private static Func<string, IReadOnlyList<string>?> Lines(Func<string, string?> fault) => text => fault(text)?.Split('\n');

    private static string[]? Fits(string format, string text, string why) => ValueFormats.Fits(format, text) ? null : [why];

    /// <summary>What is given as the beginning of a generated name may end in a dash.</summary>
    private static string Masked(string text) => text.EndsWith('-') && text.Length > 1 ? text[..^1] + "a" : text;
}
