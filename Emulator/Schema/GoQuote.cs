using System.Globalization;
using System.Text;

namespace Emulator.Schema;

/// <summary>Quotes texts as Go's <c>%q</c> does.</summary>
internal static class GoQuote
{
    public static string Text(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var character in text)
        {
            quoted.Append(character switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\t' => "\\t",
                '\r' => "\\r",
                < ' ' or '\x7f' => $"\\x{((int)character).ToString("x2", CultureInfo.InvariantCulture)}",
                _ => character.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
