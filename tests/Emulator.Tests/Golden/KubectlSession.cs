using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Testing;

namespace Emulator.Tests.Golden;

/// <summary>Plays the commands of a session in a namespace of its own and writes down what they print, without what differs from run to run.</summary>
/// <remarks>A line that begins with <c>$ </c> is a command for sh; <c>$NS</c> in commands and output is the namespace.</remarks>
internal sealed partial class KubectlSession(string kubeconfig, string ns, string folder)
{
    public async Task<string> PlayAsync(string recorded)
    {
        using var work = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(folder).Where(file => Path.GetFileName(file) != "session.txt"))
        {
            await File.WriteAllTextAsync(Path.Combine(work.Path, Path.GetFileName(file)), (await File.ReadAllTextAsync(file)).Replace("$NS", ns, StringComparison.Ordinal));
        }

        // The real kubectl reads its namespace from the kubeconfig, so that commands can be written as a reader types them.
        var own = Path.Combine(work.Path, ".kubeconfig");
        File.Copy(kubeconfig, own);
        await RunAsync(work.Path, own, $"kubectl config set-context --current --namespace={ns}");
        var session = new StringBuilder();
        foreach (var line in recorded.Split('\n').Where(line => line.StartsWith("$ ", StringComparison.Ordinal)))
        {
            session.Append(line).Append('\n').Append(Normalize(await RunAsync(work.Path, own, line[2..])));
        }

        return session.ToString();
    }

    private async Task<string> RunAsync(string directory, string config, string command)
    {
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", $"{{ {command}\n}} 2>&1"])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            Environment = { ["KUBECONFIG"] = config, ["NS"] = ns, ["HOME"] = directory },
        })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : $"{output}[exit {process.ExitCode}]\n";
    }

    private string Normalize(string output)
    {
        var text = output.ReplaceLineEndings("\n").Replace(ns, "$NS", StringComparison.Ordinal);
        text = Times().Replace(text, "<time>");
        text = Uids().Replace(text, "<uid>");
        text = Revisions().Replace(text, "$1<revision>");
        text = Hashes().Replace(text, "$1<hash>$2");
        text = Addresses().Replace(text, "<ip>");
        text = NodePorts().Replace(text, ":<port>/");
        text = Ages().Replace(text, "<age>");
        text = Spaces().Replace(text, "  ");
        return text.Length == 0 || text.EndsWith('\n') ? text : text + "\n";
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z|\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}")]
    private static partial Regex Times();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uids();

    [GeneratedRegex("(resourceVersion: *\"?|Resource Version: *)\\d+")]
    private static partial Regex Revisions();

    [GeneratedRegex(@"(-|pod-template-hash[=:] *)[0-9a-f]{8,10}(?:(-)[bcdfghjklmnpqrstvwxz2456789]{5})?\b")]
    private static partial Regex Hashes();

    [GeneratedRegex(@"\b10\.\d+\.\d+\.\d+\b")]
    private static partial Regex Addresses();

    [GeneratedRegex(@":3\d{4}/")]
    private static partial Regex NodePorts();

    [GeneratedRegex(@"(?<=^|\s)\d+(m\d+)?s\b(?! before)", RegexOptions.Multiline)]
    private static partial Regex Ages();

    [GeneratedRegex("(?<=\\S) {2,}", RegexOptions.Multiline)]
    private static partial Regex Spaces();
}
