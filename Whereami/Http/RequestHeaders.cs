using System.Text;
using Whereami.Payload;

namespace Whereami.Http;

/// <summary>A request's headers as ECHO_HEADERS shows them: title-cased names, values of one name joined.</summary>
internal static class RequestHeaders
{
    public static byte[] Render(IHeaderDictionary headers, JsonText json, int depth)
    {
        var shown = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, values) in headers)
        {
            shown[Title(name)] = string.Join(',', values.ToArray());
        }

        var text = new StringBuilder();
        json.Append(text, shown, depth);
        return Encoding.UTF8.GetBytes(text.Append(depth == 0 ? "\n" : "").ToString());
    }

    private static string Title(string name) => string.Create(name.Length, name, (title, source) =>
    {
        var afterLetter = false;
        for (var index = 0; index < source.Length; index++)
        {
            title[index] = afterLetter ? char.ToLowerInvariant(source[index]) : char.ToUpperInvariant(source[index]);
            afterLetter = char.IsAsciiLetter(source[index]);
        }
    });
}
