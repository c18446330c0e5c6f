using System.Collections;
using System.Text;

namespace GoogleEmulator.Shell;

/// <summary>Variables as lines for a shell.</summary>
internal static class ShellLines
{
    /// <summary>Sets the variables, and unsets gcloud's others that this shell has.</summary>
    public static string Export(IReadOnlyDictionary<string, string> variables)
    {
        var lines = new StringBuilder("# Paste these lines into the shell in which gcloud is to talk to the emulator; Ctrl-C here ends it.\n");
        foreach (var name in Environment.GetEnvironmentVariables().OfType<DictionaryEntry>().Select(variable => (string)variable.Key).Order(StringComparer.Ordinal))
        {
            if (name.StartsWith("CLOUDSDK_", StringComparison.Ordinal) && !variables.ContainsKey(name))
            {
                lines.Append($"unset {name}\n");
            }
        }

        foreach (var (name, value) in variables)
        {
            lines.Append($"export {name}='{value.Replace("'", "'\\''", StringComparison.Ordinal)}'\n");
        }

        return lines.ToString();
    }
}
