using System.Globalization;
using AppHost.K3s;
using Containers;
using Microsoft.Extensions.Configuration;
using Provisioner.Plan;

namespace AppHost.Options;

/// <summary>Reads the options from appsettings.json, the environment and the command line, and finds all that is wrong with them at once.</summary>
internal sealed class LabOptionsReader(IConfiguration configuration, List<string> errors)
{
    public const int LastStage = LabPlan.LastStage;

    private static readonly string[] s_keys =
    [
        "Name", "Mode", "Cloud", "Rehearse", "Project", "Until", "Keep", "ExitWhenReady", "Dashboard", "DashboardPort", "VipPort", "Directory", "Clusters",
        "K3sImage", "WhereamiImage", "BundleDirectory", "Kubeconfig", "Contexts", "Yes", "Google",
    ];

    /// <returns>Null when <paramref name="errors"/> has something.</returns>
    public static LabOptions? Read(IReadOnlyList<string> arguments, out IReadOnlyList<string> errors)
    {
        var found = new List<string>();
        errors = found;
        var switches = CommandLineSwitches.Parse(arguments, found);
        var configuration = new ConfigurationBuilder();
        try
        {
            configuration.AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true);
            configuration.AddEnvironmentVariables();
            configuration.AddInMemoryCollection(switches);
            return new LabOptionsReader(configuration.Build().GetSection("Lab"), found).Read();
        }
        catch (InvalidDataException e)
        {
            found.Add($"appsettings.json cannot be read: {e.InnerException?.Message ?? e.Message}");
            return null;
        }
    }

    private LabOptions? Read()
    {
        foreach (var key in configuration.GetChildren().Select(c => c.Key).Except(s_keys, StringComparer.OrdinalIgnoreCase))
        {
            errors.Add($"Lab:{key} is not a setting. Settings: {string.Join(", ", s_keys)}");
        }

        var options = new LabOptions
        {
            Name = configuration["Name"] ?? "lab",
            Mode = Mode(),
            Project = configuration["Project"] ?? "lab-demo",
            Until = Number("Until", LastStage, 1, LastStage, "a stage") ?? LastStage,
            Keep = Flag("Keep", false),
            ExitWhenReady = Flag("ExitWhenReady", false),
            Dashboard = Flag("Dashboard", true),
            DashboardPort = Port(configuration, "DashboardPort"),
            VipPort = Port(configuration, "VipPort"),
            Directory = configuration["Directory"],
            K3sImage = configuration["K3sImage"] ?? PinnedImages.K3s,
            WhereamiImage = configuration["WhereamiImage"] ?? K3sImages.Whereami,
            BundleDirectory = configuration["BundleDirectory"],
            Kubeconfig = configuration["Kubeconfig"],
            Yes = Flag("Yes", false),
            Google = GoogleOptionsReader.Read(configuration.GetSection("Google"), errors),
            Clusters = [.. configuration.GetSection("Clusters").GetChildren().Select(Cluster)],
        };
        CheckTogether(options);
        return errors.Count == 0 ? options : null;
    }

    private LabMode Mode()
    {
        var (cloud, rehearse) = (Flag("Cloud", false), Flag("Rehearse", false));
        var text = configuration["Mode"] ?? "auto";
        if (rehearse && !cloud)
        {
            errors.Add("--rehearse goes with --cloud: --cloud --rehearse");
        }

        if (!Enum.TryParse<LabMode>(text, ignoreCase: true, out var mode) || int.TryParse(text, CultureInfo.InvariantCulture, out _))
        {
            errors.Add($"Mode '{text}' does not exist. Modes: {string.Join(", ", Enum.GetNames<LabMode>().Select(name => name.ToLowerInvariant()))}");
            return LabMode.Auto;
        }

        if (cloud)
        {
            if (mode != LabMode.Auto)
            {
                errors.Add($"--cloud and --mode {text} contradict each other: give one of them");
                return mode;
            }

            mode = rehearse ? LabMode.Rehearsal : LabMode.Gke;
        }

        return mode;
    }

    private ClusterOptions Cluster(IConfigurationSection section, int index)
    {
        var name = section["Name"] ?? "";
        if (name.Length is 0 or > 30 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') || !char.IsAsciiLetterLower(name[0]))
        {
            errors.Add($"{section.Path}:Name is '{name}'; expected lower-case letters, digits and hyphens, such as europe");
        }

        if (section["Location"] is null)
        {
            errors.Add($"{section.Path}:Location is missing; expected a zone, such as europe-west1-b");
        }

        return new ClusterOptions
        {
            Name = name,
            ClusterName = section["ClusterName"] ?? $"multi-cluster-demo-{name}",
            Location = section["Location"] ?? "",
            Project = section["Project"],
            PodCidr = section["PodCidr"] ?? $"10.{10 * (index + 1)}.0.0/16",
            ServiceCidr = section["ServiceCidr"] ?? $"10.255.{10 * (index + 1)}.0/24",
            ApiPort = Port(section, "ApiPort"),
            GatewayPort = Port(section, "GatewayPort"),
            Context = configuration.GetSection("Contexts")[name] ?? section["Context"],
            PeerApi = section["PeerApi"],
            Agents = Number(section, "Agents", 0, 0, 9, "a number of nodes beside the server,") ?? 0,
        };
    }

    private void CheckTogether(LabOptions options)
    {
        if (options.Mode == LabMode.Gke && configuration["Project"] is null)
        {
            errors.Add("A lab on Google Cloud needs a project: --cloud --project P (gcloud projects list shows yours), or --cloud --rehearse to practise at no cost");
        }

        if (options.Mode == LabMode.Rehearsal && (options.Google.WhereamiImage ?? options.Google.RelayImage) is not null)
        {
            errors.Add("A rehearsal runs the lab's own programs and shows whole traces without images: leave out Lab:Google:WhereamiImage and Lab:Google:RelayImage");
        }

        if (options.Clusters.Count < 2)
        {
            errors.Add($"Lab:Clusters has {options.Clusters.Count} entries; a multi-cluster mesh needs two or more");
        }

        CheckContexts(options);
        foreach (var name in options.Clusters.CountBy(c => c.Name).Where(c => c.Value > 1).Select(c => c.Key))
        {
            errors.Add($"Two entries of Lab:Clusters have the name '{name}'; every cluster needs its own");
        }

        var ports = options.Clusters.SelectMany(c => new[] { c.ApiPort, c.GatewayPort }).Append(options.VipPort)
            .Append(options.Dashboard ? options.DashboardPort : null).OfType<int>();
        foreach (var port in ports.CountBy(p => p).Where(p => p.Value > 1).Select(p => p.Key))
        {
            errors.Add($"Port {port} is given twice; every listener needs its own");
        }
    }

    private void CheckContexts(LabOptions options)
    {
        string[] given = [.. configuration.GetSection("Contexts").GetChildren().Select(c => c.Key)];
        foreach (var name in given.Where(name => options.Clusters.All(c => !string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase))))
        {
            errors.Add($"--cluster {name}=…: there is no cluster '{name}'. Clusters: {string.Join(", ", options.Clusters.Select(c => c.Name))}; more: --Lab:Clusters:{options.Clusters.Count}:Name={name} --Lab:Clusters:{options.Clusters.Count}:Location=ZONE");
        }

        if (options.Mode == LabMode.Existing)
        {
            errors.AddRange(options.Clusters.Where(c => string.IsNullOrEmpty(c.Context)).Select(c => $"--mode existing: cluster '{c.Name}' has no context. Give the one of your kubeconfig: --cluster {c.Name}=CONTEXT"));
        }
        else if (given.Length > 0)
        {
            errors.Add("--cluster goes with --mode existing");
        }
    }

    private int? Port(IConfiguration section, string key) => Number(section, key, null, 1, 65535, "a port");

    private int? Number(string key, int? fallback, int from, int to, string what) => Number(configuration, key, fallback, from, to, what);

    private int? Number(IConfiguration section, string key, int? fallback, int from, int to, string what)
    {
        if (section[key] is not { } text)
        {
            return fallback;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= from && number <= to)
        {
            return number;
        }

        errors.Add($"{key} is '{text}'; expected {what} from {from} to {to}");
        return fallback;
    }

    private bool Flag(string key, bool fallback)
    {
        if (configuration[key] is not { } text)
        {
            return fallback;
        }

        if (bool.TryParse(text, out var value))
        {
            return value;
        }

        errors.Add($"{key} is '{text}'; expected true or false");
        return fallback;
    }
}
