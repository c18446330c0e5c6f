namespace AppHost.Options;

/// <summary>Translates AppHost's short switches into settings of the section Lab.</summary>
internal static class CommandLineSwitches
{
    public const string Help = """
        dotnet run --project AppHost -- [switches]

          --mode MODE          auto (default), embedded, k3s (containers, with Istio), existing (clusters of yours), gke or rehearsal
          --cluster NAME=CONTEXT  a cluster of your kubeconfig, once for each; with --mode existing
          --until N            stop after stage N (1 to 9; default 9)
          --exit-when-ready    bring the lab up, check it, take it down; 0 when all went well
          --keep               keep the clusters' objects in the lab's folder; the next lab with --keep goes on from them
          --no-dashboard       run without the Aspire dashboard
          --name NAME          the lab's name
          --lab FOLDER         the lab's folder (default .lab of the repository)
          --cloud --project P  GKE in a Google Cloud project; asks before it creates anything
          --yes                answers that question
          --cloud --rehearse   the same through the real gcloud against an emulator of Google Cloud, at no cost
          --Lab:KEY=VALUE      any setting of appsettings.json's section Lab, also as Lab__KEY in the environment
        """;

    private const string ClusterSwitch = "--cluster";

    private static readonly Dictionary<string, string> s_withValue = new()
    {
        ["--mode"] = "Lab:Mode",
        ["--until"] = "Lab:Until",
        ["--name"] = "Lab:Name",
        ["--project"] = "Lab:Project",
        ["--lab"] = "Lab:Directory",
    };

    private static readonly Dictionary<string, (string Key, string Value)> s_flags = new()
    {
        ["--cloud"] = ("Lab:Cloud", "true"),
        ["--rehearse"] = ("Lab:Rehearse", "true"),
        ["--yes"] = ("Lab:Yes", "true"),
        ["--exit-when-ready"] = ("Lab:ExitWhenReady", "true"),
        ["--keep"] = ("Lab:Keep", "true"),
        ["--no-dashboard"] = ("Lab:Dashboard", "false"),
    };

    /// <summary>The settings that <paramref name="arguments"/> make; what is wrong with them is added to <paramref name="errors"/>.</summary>
    public static Dictionary<string, string?> Parse(IReadOnlyList<string> arguments, List<string> errors)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, value) = Split(arguments[i]);
            if (name == ClusterSwitch)
            {
                AddContext(value ?? (i + 1 < arguments.Count ? arguments[++i] : ""), settings, errors);
            }
            else if (s_withValue.TryGetValue(name, out var key))
            {
                if (value is null && i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal))
                {
                    value = arguments[++i];
                }

                if (string.IsNullOrEmpty(value))
                {
                    errors.Add($"{name} needs a value, such as {name} {Example(name)}");
                }
                else
                {
                    settings[key] = value;
                }
            }
            else if (s_flags.TryGetValue(name, out var flag))
            {
                settings[flag.Key] = value is null ? flag.Value : (value is "true") == (flag.Value is "true") ? "true" : "false";
            }
            else if (name.StartsWith("--Lab:", StringComparison.OrdinalIgnoreCase) && value is not null)
            {
                settings[name[2..]] = value;
            }
            else
            {
                errors.Add($"'{arguments[i]}' is not an option. Options: {string.Join(", ", s_withValue.Keys.Concat(s_flags.Keys))}, {ClusterSwitch} NAME=CONTEXT, --Lab:KEY=VALUE, --help");
            }
        }

        return settings;
    }

    private static void AddContext(string cluster, Dictionary<string, string?> settings, List<string> errors)
    {
        if (cluster.IndexOf('=') is > 0 and var at && at < cluster.Length - 1)
        {
            settings[$"Lab:Contexts:{cluster[..at]}"] = cluster[(at + 1)..];
        }
        else
        {
            errors.Add($"{ClusterSwitch} '{cluster}': expected a name and a context of your kubeconfig, such as {ClusterSwitch} us=my-context");
        }
    }

    private static (string Name, string? Value) Split(string argument) =>
        argument.IndexOf('=') is > 0 and var at ? (argument[..at], argument[(at + 1)..]) : (argument, null);

    private static string Example(string name) => name switch
    {
        "--mode" => "embedded",
        "--until" => "5",
        "--lab" => ".lab-2",
        _ => "demo",
    };
}
