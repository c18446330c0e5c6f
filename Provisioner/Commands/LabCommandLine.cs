using System.CommandLine;
using Provisioner.Api;
using Provisioner.Plan;

namespace Provisioner.Commands;

/// <summary>The verbs of the lab as a command line; all but <c>serve</c> are calls to the running lab.</summary>
internal static class LabCommandLine
{
    private static readonly Option<string?> Lab = new("--lab") { Description = "Folder of the lab; without it, .lab beside Lab.sln", Recursive = true };

    public static RootCommand Create()
    {
        var root = new RootCommand("Runs the stages of the Lab, and works on the lab that runs") { Lab };
        root.Add(Serve());
        root.Add(Up());
        root.Add(Stage());
        root.Add(Simple("next", "Reaches the next stage"));
        root.Add(Reset());
        root.Add(Simple("verify", "Sends real requests and makes every check that holds now"));
        root.Add(Run("status", "Shows stages, clusters, workloads and addresses", (directory, _, cancellation) => StatusCommand.RunAsync(directory, cancellation)));
        root.Add(Simple("join", "Makes the clusters one mesh"));
        root.Add(Simple("leave", "Makes each cluster a mesh of its own"));
        root.Add(Cut());
        root.Add(Simple("heal", "Undoes cut"));
        root.Add(Gateways());
        root.Add(Scale());
        root.Add(OnCluster("drain", "Takes all pods of whereami away from a cluster"));
        root.Add(OnCluster("restart", "Replaces the pods of whereami in a cluster"));
        root.Add(Locality());
        root.Add(WatchSplit());
        root.Add(DoctorCommand.Create());
        root.Add(BundleCommand.Create());
        root.Add(Down());
        root.Add(Simple("gcloud-calls", "Lists the calls of gcloud that the lab made, with their times"));
        root.Add(Propose());
        return root;
    }

    private static Command Serve()
    {
        var command = Run("serve", "The provisioner of a lab, as AppHost starts it", (directory, _, cancellation) => ServeCommand.RunAsync(directory, cancellation));
        command.Hidden = true;
        return command;
    }

    private static Command Up()
    {
        var until = new Option<int?>("--until") { Description = "The last stage; without it, as the lab was started" };
        until.Validators.Add(result => Stages.Validate(result, result.Tokens, 1));
        return Verb("up", "up", "Reaches the stages that the lab was started for", parsed => new CommandArguments { Until = parsed.GetValue(until) }, until);
    }

    private static Command Stage()
    {
        var number = new Argument<int>("number") { Description = "1 to 9" };
        number.Validators.Add(result => Stages.Validate(result, result.Tokens, 1));
        return Verb("stage", "stage", "Reaches a stage from wherever the lab is", parsed => new CommandArguments { Number = parsed.GetValue(number) }, number);
    }

    private static Command Reset()
    {
        var to = new Option<int>("--to") { Description = "The stage that stays; 0 takes everything back", Required = true };
        to.Validators.Add(result => Stages.Validate(result, result.Tokens, 0));
        return Verb("reset", "reset", "Takes back the stages above one", parsed => new CommandArguments { To = parsed.GetValue(to) }, to);
    }

    private static Command Cut()
    {
        var cluster = new Argument<string?>("cluster") { Description = "The cluster to cut off; without it, each from each", Arity = ArgumentArity.ZeroOrOne };
        var data = new Option<bool>("--data") { Description = "Only the path between pods" };
        var api = new Option<bool>("--api") { Description = "Only the path to the API servers" };
        return Verb(
            "cut",
            "cut",
            "Cuts clusters off from each other",
            parsed => new CommandArguments { Cluster = parsed.GetValue(cluster), Data = parsed.GetValue(data), Api = parsed.GetValue(api) },
            cluster,
            data,
            api);
    }

    private static Command Gateways()
    {
        var command = new Command("gateways", "Closes the gateways to the outside, or opens them again")
        {
            Verb("internal", "gateways-internal", "Services of type ClusterIP: only the global ingress reaches the gateways", _ => new CommandArguments()),
            Verb("external", "gateways-external", "Services of type LoadBalancer again", _ => new CommandArguments()),
        };
        return command;
    }

    private static Command Scale()
    {
        var cluster = new Argument<string>("cluster") { Description = "Such as us" };
        var replicas = new Argument<int>("replicas") { Description = "Number of pods" };
        return Verb(
            "scale",
            "scale",
            "Sets the number of pods of whereami in a cluster",
            parsed => new CommandArguments { Cluster = parsed.GetValue(cluster), Replicas = parsed.GetValue(replicas) },
            cluster,
            replicas);
    }

    private static Command Locality()
    {
        var setting = new Argument<string>("setting") { Description = "on or off" };
        setting.AcceptOnlyFromAmong("on", "off");
        return Verb(
            "locality", "locality", "Lets requests prefer endpoints near the caller", parsed => new CommandArguments { Enabled = parsed.GetValue(setting) == "on" }, setting);
    }

    private static Command WatchSplit()
    {
        var url = new Option<string?>("--url") { Description = "The address to ask; without it, the global address or the first gateway" };
        var rounds = new Option<int>("--rounds") { Description = "Ends after so many rounds; 0: at Ctrl-C" };
        var command = Run(
            "watch-split",
            "Shows which cluster answers, live",
            (directory, parsed, cancellation) => WatchSplitCommand.RunAsync(directory, parsed.GetValue(url), parsed.GetValue(rounds), cancellation));
        command.Add(url);
        command.Add(rounds);
        return command;
    }

    private static Command Down()
    {
        var cloud = new Option<bool>("--cloud") { Description = "Takes the lab off Google Cloud, whether or not it runs" };
        var dryRun = new Option<bool>("--dry-run") { Description = "With --cloud: only shows what would be removed" };
        var rehearse = new Option<bool>("--rehearse") { Description = "With --cloud: in the rehearsal's Google Cloud" };
        var project = new Option<string?>("--project") { Description = "With --cloud: the project, where no record of the lab is left" };
        var fleet = new Option<string?>("--fleet-project") { Description = "With --cloud: the fleet's project, where it is another one" };
        var name = new Option<string?>("--name") { Description = "With --cloud: the lab's name, which is the value of the label 'lab'" };
        var command = Run("down", "Ends the lab and everything it made", (directory, parsed, cancellation) => parsed.GetValue(cloud)
            ? CloudDownCommand.RunAsync(
                directory,
                new CloudDownCommand.Options(
                    parsed.GetValue(dryRun), parsed.GetValue(rehearse), parsed.GetValue(project), parsed.GetValue(fleet), parsed.GetValue(name)),
                cancellation)
            : DownCommand.RunAsync(directory, cancellation));
        foreach (var option in new Option[] { cloud, dryRun, rehearse, project, fleet, name })
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (!result.GetValue(cloud) && (result.GetValue(dryRun) || result.GetValue(rehearse) || result.GetValue(project) is not null))
            {
                result.AddError("--dry-run, --rehearse and --project go with --cloud: down --cloud --dry-run");
            }
        });
        return command;
    }

    private static Command Propose()
    {
        var command = Run("propose", "As AppHost asks before it makes a lab on Google Cloud", (directory, _, cancellation) => ProposeCommand.RunAsync(directory, cancellation));
        command.Hidden = true;
        return command;
    }

    private static Command OnCluster(string name, string description)
    {
        var cluster = new Argument<string>("cluster") { Description = "Such as us" };
        return Verb(name, name, description, parsed => new CommandArguments { Cluster = parsed.GetValue(cluster) }, cluster);
    }

    private static Command Simple(string name, string description) => Verb(name, name, description, _ => new CommandArguments());

    private static Command Verb(string name, string verb, string description, Func<ParseResult, CommandArguments> arguments, params Symbol[] symbols)
    {
        var command = Run(name, description, (directory, parsed, cancellation) => VerbCommand.RunAsync(directory, verb, arguments(parsed), cancellation));
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Add(argument);
            }
            else
            {
                command.Add((Option)symbol);
            }
        }

        return command;
    }

    private static Command Run(string name, string description, Func<string, ParseResult, CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description);
        command.SetAction((parsed, cancellation) => Failures.ShowAsync(() => run(LabFolder.Find(parsed.GetValue(Lab)), parsed, cancellation)));
        return command;
    }

    /// <summary>Refuses numbers that are no stage.</summary>
    private static class Stages
    {
        public static void Validate(System.CommandLine.Parsing.SymbolResult result, IReadOnlyList<System.CommandLine.Parsing.Token> tokens, int lowest)
        {
            foreach (var token in tokens)
            {
                if (!int.TryParse(token.Value, out var number) || number < lowest || number > LabPlan.LastStage)
                {
                    result.AddError($"There is no stage '{token.Value}'; stages are {lowest} to {LabPlan.LastStage}.");
                }
            }
        }
    }
}
