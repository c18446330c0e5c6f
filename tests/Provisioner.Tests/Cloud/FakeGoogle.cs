using System.Text.Json.Nodes;
using Provisioner.Tools.Gcloud;

namespace Provisioner.Tests.Cloud;

/// <summary>gcloud's place in a test: records every argument list and answers from a Google Cloud that is a few lists.</summary>
internal sealed class FakeGoogle : IGcloudCli
{
    private const string Project = "lab-demo";
    private const string Number = "123456789";

    private readonly Lock gate = new();
    private readonly List<(string Prefix, string Errors)> failures = [];

    public Dictionary<string, JsonObject> Clusters { get; } = [];

    public Dictionary<string, JsonObject> Memberships { get; } = [];

    public Dictionary<string, JsonObject> Firewalls { get; } = [];

    public JsonObject? Mesh { get; set; }

    public JsonObject? Ingress { get; set; }

    public HashSet<string> Services { get; } = ["compute.googleapis.com", "container.googleapis.com"];

    public string Version { get; set; } = "528.0.0";

    public bool LoggedIn { get; set; } = true;

    public bool Billing { get; set; } = true;

    public int FreeCpus { get; set; } = 72;

    /// <summary>Whether a network that is away, or a cut, comes after the call with this number has had its effect.</summary>
    public int? CutAfter { get; set; }

    public CancellationTokenSource Cut { get; } = new();

    public List<string> Calls { get; } = [];

    /// <summary>How often something was asked to be created, by name; more than once is one too many.</summary>
    public Dictionary<string, int> Created { get; } = [];

    public Func<string, string> ServerOf { get; init; } = _ => "http://127.0.0.1:1";

    public bool IsEmpty => Clusters.Count + Memberships.Count + Firewalls.Count == 0 && Mesh is null && Ingress is null;

    /// <summary>Lets the next call that begins so fail with what gcloud would print.</summary>
    public void FailNext(string prefix, string errors) => failures.Add((prefix, errors));

    public Task<GcloudResult> RunAsync(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?>? environment, CancellationToken cancellation)
    {
        lock (gate)
        {
            Cut.Token.ThrowIfCancellationRequested();
            var line = string.Join(' ', arguments);
            Calls.Add(line);
            var failure = failures.FirstOrDefault(each => line.StartsWith(each.Prefix, StringComparison.Ordinal));
            GcloudResult result;
            if (failure.Errors is not null)
            {
                failures.Remove(failure);
                result = new GcloudResult(1, "", failure.Errors);
            }
            else
            {
                result = Answer(arguments, line, environment);
            }

            if (CutAfter == Calls.Count)
            {
                Cut.Cancel();
                throw new OperationCanceledException(Cut.Token);
            }

            return Task.FromResult(result);
        }
    }

    public void AddCluster(string name, string location, string? lab) => Clusters[name] = new JsonObject
    {
        ["name"] = name,
        ["location"] = location,
        ["status"] = "RUNNING",
        ["endpoint"] = ServerOf(name),
        ["clusterIpv4Cidr"] = $"10.{Clusters.Count}.0.0/14",
        ["createTime"] = "2026-11-25T10:00:00+00:00",
        ["resourceLabels"] = lab is null ? [] : new JsonObject { ["lab"] = lab },
    };

    private GcloudResult Answer(IReadOnlyList<string> arguments, string line, IReadOnlyDictionary<string, string?>? environment)
    {
        var name = arguments.Count > 3 ? arguments[3] : "";
        switch (line.Split(" -")[0])
        {
            case "version":
                return Ok(new JsonObject { ["Google Cloud SDK"] = Version });
            case "auth list":
                return Ok(new JsonArray(LoggedIn ? [new JsonObject { ["account"] = "me@example.com", ["status"] = "ACTIVE" }] : []));
            case $"projects describe {Project}":
                return Ok(new JsonObject { ["projectId"] = Project, ["projectNumber"] = Number, ["lifecycleState"] = "ACTIVE" });
            case $"billing projects describe {Project}":
                return Ok(new JsonObject { ["billingEnabled"] = Billing });
            case "services list":
                return Ok(new JsonArray([.. Services.Select(service => new JsonObject { ["config"] = new JsonObject { ["name"] = service } })]));
            case "container clusters list":
                return Ok(new JsonArray([.. Clusters.Values.Select(cluster => cluster.DeepClone())]));
            case "container operations list":
                return Ok(new JsonArray());
            case "container fleet memberships list":
                return Ok(new JsonArray([.. Memberships.Values.Select(membership => membership.DeepClone())]));
            case "container fleet mesh describe":
                return Mesh is null ? Fail($"ERROR: (gcloud.container.fleet.mesh.describe) Service Mesh Feature for project [{Project}] is not enabled") : Ok(Mesh);
            case "container fleet ingress describe":
                return Ingress is null ? Fail($"ERROR: (gcloud.container.fleet.ingress.describe) Ingress Feature for project [{Project}] is not enabled") : Ok(Ingress);
            case "compute firewall-rules list":
                return Ok(new JsonArray([.. Firewalls.Values.Select(rule => rule.DeepClone())]));
            case "compute instances list":
                return Ok(new JsonArray([.. Clusters.Keys.Select(cluster => new JsonObject
                {
                    ["name"] = $"gke-{cluster}-default-pool-0", ["tags"] = new JsonObject { ["items"] = new JsonArray($"gke-{cluster}-1a2b3c4d-node") },
                })]));
            case "container fleet mesh enable":
                Count("mesh");
                Mesh ??= new JsonObject { ["name"] = $"projects/{Project}/locations/global/features/servicemesh", ["membershipStates"] = new JsonObject() };
                return Ok();
            case "container fleet mesh update":
                return Manage(Value(arguments, "--memberships"), Value(arguments, "--management"));
            case "container fleet mesh disable":
                Mesh = null;
                return Ok();
            case "container fleet ingress enable":
                Count("ingress");
                Ingress ??= new JsonObject
                {
                    ["name"] = $"projects/{Project}/locations/global/features/multiclusteringress",
                    ["spec"] = new JsonObject { ["multiclusteringress"] = new JsonObject { ["configMembership"] = Value(arguments, "--config-membership") } },
                    ["state"] = new JsonObject { ["state"] = new JsonObject { ["code"] = "OK", ["description"] = "Ready to use" } },
                };
                return Ok();
            case "container fleet ingress disable":
                Ingress = null;
                return Ok();
        }

        if (line.StartsWith("services enable", StringComparison.Ordinal))
        {
            Services.UnionWith(arguments.Skip(2).TakeWhile(argument => !argument.StartsWith('-')));
            return Ok();
        }

        if (line.StartsWith("compute regions describe", StringComparison.Ordinal))
        {
            return Ok(new JsonObject { ["name"] = name, ["quotas"] = new JsonArray(new JsonObject { ["metric"] = "CPUS", ["limit"] = 72.0, ["usage"] = 72.0 - FreeCpus }) });
        }

        if (line.StartsWith("compute ", StringComparison.Ordinal) && arguments[2] == "list")
        {
            return Ok(new JsonArray());
        }

        return Change(arguments, line, name, environment);
    }

    private GcloudResult Change(IReadOnlyList<string> arguments, string line, string name, IReadOnlyDictionary<string, string?>? environment)
    {
        var (project, location) = (Value(arguments, "--project"), Value(arguments, "--location"));
        switch (string.Join(' ', arguments.Take(3)), arguments.ElementAtOrDefault(3))
        {
            case ("container clusters create", _):
                Count(name);
                if (Clusters.ContainsKey(name))
                {
                    return Fail($"ERROR: (gcloud.container.clusters.create) ResponseError: code=409, message=Already exists: projects/{project}/zones/{location}/clusters/{name}.");
                }

                Memberships[name] = Membership(Value(arguments, "--fleet-project"), location[..^2], name, $"{location}/{name}");
                AddCluster(name, location, Value(arguments, "--labels").Split(',').First(label => label.StartsWith("lab=", StringComparison.Ordinal))[4..]);
                return Ok(new JsonArray());
            case ("container clusters delete", _):
                return Clusters.Remove(name) ? Ok(new JsonArray()) : Fail("ERROR: (gcloud.container.clusters.delete) ResponseError: code=404, message=Not found");
            case ("container clusters get-credentials", _):
                File.WriteAllText(environment!["KUBECONFIG"]!, Kubeconfig(Clusters[name]["endpoint"]!.GetValue<string>()));
                return Ok();
            case ("container fleet memberships", "register"):
                Count($"membership {arguments[4]}");
                Memberships[arguments[4]] = Membership(project, location, arguments[4], Value(arguments, "--gke-cluster"));
                return Ok();
            case ("container fleet memberships", _):
                Mesh?["membershipStates"]?.AsObject().Remove($"projects/{Number}/locations/{location}/memberships/{arguments[4]}");
                return Memberships.Remove(arguments[4]) ? Ok() : Fail("ERROR: (gcloud.container.fleet.memberships.unregister) NOT_FOUND: Resource was not found");
            case ("compute firewall-rules create", _):
                Count(name);
                Firewalls[name] = new JsonObject
                {
                    ["name"] = name,
                    ["description"] = Value(arguments, "--description"),
                    ["sourceRanges"] = new JsonArray([.. Value(arguments, "--source-ranges").Split(',').Select(range => JsonValue.Create(range))]),
                    ["targetTags"] = new JsonArray([.. Value(arguments, "--target-tags").Split(',').Select(tag => JsonValue.Create(tag))]),
                };
                return Ok(new JsonArray());
            case ("compute firewall-rules delete", _):
                return Firewalls.Remove(name) ? Ok() : Fail($"ERROR: (gcloud.compute.firewall-rules.delete) Could not fetch resource: The resource '{name}' was not found");
            default:
                throw new InvalidOperationException($"no answer for: gcloud {line}");
        }
    }

    public static JsonObject Membership(string project, string region, string name, string cluster) => new()
    {
        ["name"] = $"projects/{project}/locations/{region}/memberships/{name}",
        ["endpoint"] = new JsonObject
        {
            ["gkeCluster"] = new JsonObject
            {
                ["resourceLink"] = $"//container.googleapis.com/projects/{project}/locations/{cluster.Split('/')[0]}/clusters/{cluster.Split('/')[1]}",
            },
        },
    };

    private GcloudResult Manage(string membership, string management)
    {
        var state = new JsonObject { ["state"] = management == "automatic" ? "ACTIVE" : "DISABLED", ["implementation"] = "TRAFFIC_DIRECTOR" };
        if (management == "automatic")
        {
            state["details"] = new JsonArray(new JsonObject { ["code"] = "REVISION_READY", ["details"] = "Ready: asm-managed" });
        }

        Mesh!["membershipStates"]!.AsObject()[membership.Replace(Project, Number, StringComparison.Ordinal)] =
            new JsonObject { ["servicemesh"] = new JsonObject { ["controlPlaneManagement"] = state } };
        return Ok();
    }

    private void Count(string thing) => Created[thing] = Created.GetValueOrDefault(thing) + 1;

    private static string Value(IReadOnlyList<string> arguments, string option) =>
        arguments.FirstOrDefault(argument => argument.StartsWith($"{option}=", StringComparison.Ordinal))?[(option.Length + 1)..] ?? "";

    private static string Kubeconfig(string server) => $"""
        apiVersion: v1
        kind: Config
        current-context: gke
        clusters:
        - name: gke
          cluster: {"{"} server: "{server}" {"}"}
        contexts:
        - name: gke
          context: {"{"} cluster: gke, user: gke {"}"}
        users:
        - name: gke
          user: {"{"} token: test {"}"}
        """;

    private static GcloudResult Ok(JsonNode? output = null) => new(0, output?.ToJsonString() ?? "", "");

    private static GcloudResult Fail(string errors) => new(1, "", errors);
}
