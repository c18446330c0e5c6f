using System.Text.Json.Nodes;

namespace Provisioner.Tests.Cloud;

/// <summary>The requests of gcloud's commands, as facts observed with gcloud 528 have them; each waits for its operation unless the command does not.</summary>
internal sealed class GcloudRequests(TestGoogle google)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(5);

    public Task<JsonObject> GetAsync(string api, string path, CancellationToken cancellation) => SendAsync("GET", api, path, null, cancellation);

    public async Task<JsonNode?> ServicesAsync(GcloudCommand call, CancellationToken cancellation)
    {
        var services = $"v1/projects/{call.Project}/services";
        if (call.Words[1] == "list")
        {
            return Items(await GetAsync("serviceusage", $"{services}?filter=state:ENABLED", cancellation), "services");
        }

        var names = new JsonArray([.. call.Words[2..].Select(name => JsonValue.Create(name))]);
        return await OperateAsync("POST", "serviceusage", $"{services}:batchEnable", new JsonObject { ["serviceIds"] = names }, cancellation);
    }

    public async Task<JsonNode?> ClustersAsync(GcloudCommand call, CancellationToken cancellation)
    {
        var parent = $"v1/projects/{call.Project}/locations/{call["location"]}";
        switch (call.Words)
        {
            case [_, "operations", "list"]:
                var operations = Items(await GetAsync("container", $"{parent}/operations", cancellation), "operations");
                return new JsonArray([.. operations.Where(operation => call.Lets(operation!["targetLink"]!.ToString())).Select(operation => operation!.DeepClone())]);
            case [_, "clusters", "list"]:
                return Items(await GetAsync("container", $"v1/projects/{call.Project}/locations/-/clusters", cancellation), "clusters");
            case [_, "clusters", "create", var name]:
                await SendAsync("POST", "container", $"v1/projects/{call.Project}/zones/{call["location"]}/clusters", new JsonObject { ["cluster"] = Cluster(call, name) }, cancellation);
                return new JsonArray();
            case [_, "clusters", "delete", var name]:
                await SendAsync("DELETE", "container", $"{parent}/clusters/{name}", null, cancellation);
                return new JsonArray();
            default:
                throw new InvalidOperationException($"no requests are known for: gcloud {string.Join(' ', call.Arguments)}");
        }
    }

    public async Task<JsonNode?> MembershipsAsync(GcloudCommand call, CancellationToken cancellation)
    {
        if (call.Words[3] == "list")
        {
            return Items(await GetAsync("gkehub", $"v1/projects/{call.Project}/locations/-/memberships", cancellation), "resources");
        }

        var memberships = $"v1/projects/{call.Project}/locations/{call["location"]}/memberships";
        var name = call.Words[4];
        if (call.Words[3] != "register")
        {
            return await OperateAsync("DELETE", "gkehub", $"{memberships}/{name}", null, cancellation);
        }

        var (zone, cluster) = (call["gke-cluster"].Split('/')[0], call["gke-cluster"].Split('/')[1]);
        var link = $"//container.googleapis.com/projects/{call.Project}/locations/{zone}/clusters/{cluster}";
        return await EnableAsync($"{memberships}?membershipId={name}", new JsonObject { ["endpoint"] = new JsonObject { ["gkeCluster"] = new JsonObject { ["resourceLink"] = link } } }, cancellation);
    }

    /// <summary><c>fleet mesh</c> and <c>fleet ingress</c>.</summary>
    public async Task<JsonNode?> FeatureAsync(GcloudCommand call, string word, string verb, CancellationToken cancellation)
    {
        var (id, title) = word == "mesh" ? ("servicemesh", "Service Mesh") : ("multiclusteringress", "Ingress");
        var features = $"v1/projects/{call.Project}/locations/global/features";
        try
        {
            return verb switch
            {
                "describe" => await GetAsync("gkehub", $"{features}/{id}", cancellation),
                "disable" => await OperateAsync("DELETE", "gkehub", $"{features}/{id}?force=True", null, cancellation),
                "enable" => await EnableAsync($"{features}?featureId={id}", id == "servicemesh" ? [] : Config(call), cancellation),
                "update" when id == "servicemesh" => await OperateAsync(
                    "PATCH", "gkehub", $"v2/{call["memberships"]}/features/{id}?allowMissing=True&updateMask=spec",
                    new JsonObject { ["spec"] = new JsonObject { [id] = new JsonObject { ["management"] = $"MANAGEMENT_{call["management"].ToUpperInvariant()}" } } }, cancellation),
                _ => await OperateAsync("PATCH", "gkehub", $"{features}/{id}?updateMask=spec.multiclusteringress.config_membership", Config(call), cancellation),
            };
        }
        catch (GoogleRefusal refusal) when (verb is "describe" or "disable" && refusal.Message.StartsWith("NOT_FOUND", StringComparison.Ordinal))
        {
            throw new GoogleRefusal($"{title} Feature for project [{call.Project}] is not enabled");
        }
    }

    public async Task<JsonNode?> ComputeAsync(GcloudCommand call, CancellationToken cancellation)
    {
        var project = $"projects/{call.Project}";
        switch (call.Words)
        {
            case [_, "regions", "describe", var region]:
                return await GetAsync("compute", $"{project}/regions/{region}", cancellation);
            case [_, "firewall-rules", "create", var name]:
                return await OperateAsync("POST", "compute", $"{project}/global/firewalls", Firewall(call, name), cancellation);
            case [_, "firewall-rules", "delete", var name]:
                return await OperateAsync("DELETE", "compute", $"{project}/global/firewalls/{name}", null, cancellation);
            case [_, "firewall-rules", "list"]:
                return Items(await GetAsync("compute", $"{project}/global/firewalls", cancellation), "items");
            case [_, var kind, "list"]:
                // forwarding-rules: forwardingRules
                var collection = string.Concat(kind.Split('-').Select((word, index) => index == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));
                var scopes = (await GetAsync("compute", $"{project}/aggregated/{collection}", cancellation))["items"]!.AsObject();
                return new JsonArray([.. scopes.SelectMany(scope => Items(scope.Value!, collection)).Where(item => call.Lets(item!["name"]!.ToString())).Select(item => item!.DeepClone())]);
            default:
                throw new InvalidOperationException($"no requests are known for: gcloud {string.Join(' ', call.Arguments)}");
        }
    }

    private static JsonObject Cluster(GcloudCommand call, string name) => new()
    {
        ["name"] = name,
        ["network"] = call["network"],
        ["fleet"] = call["fleet-project"] is { Length: > 0 } fleet ? new JsonObject { ["project"] = fleet } : null,
        ["resourceLabels"] = new JsonObject(call["labels"].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(label =>
            KeyValuePair.Create<string, JsonNode?>(label.Split('=')[0], label.Split('=')[1]))),
        ["workloadIdentityConfig"] = new JsonObject { ["workloadPool"] = call["workload-pool"] },
        ["nodePools"] = new JsonArray(new JsonObject
        {
            ["name"] = "default-pool",
            ["initialNodeCount"] = int.Parse(call["num-nodes"], System.Globalization.CultureInfo.InvariantCulture),
            ["config"] = new JsonObject { ["machineType"] = call["machine-type"] },
        }),
    };

    private static JsonObject Firewall(GcloudCommand call, string name) => new()
    {
        ["name"] = name,
        ["description"] = call["description"],
        ["network"] = $"projects/{call.Project}/global/networks/{call["network"]}",
        ["direction"] = call["direction"],
        ["priority"] = int.Parse(call["priority"], System.Globalization.CultureInfo.InvariantCulture),
        ["allowed"] = new JsonArray([.. call["allow"].Split(',').Select(protocol => new JsonObject { ["IPProtocol"] = protocol })]),
        ["sourceRanges"] = new JsonArray([.. call["source-ranges"].Split(',').Select(range => JsonValue.Create(range))]),
        ["targetTags"] = new JsonArray([.. call["target-tags"].Split(',').Select(tag => JsonValue.Create(tag))]),
    };

    private static JsonObject Config(GcloudCommand call) =>
        new() { ["spec"] = new JsonObject { ["multiclusteringress"] = new JsonObject { ["configMembership"] = call["config-membership"] } } };

    private static JsonArray Items(JsonNode answer, string name) => answer[name] as JsonArray is { } items ? (JsonArray)items.DeepClone() : [];

    // gcloud takes what is there already for done.
    private async Task<JsonNode?> EnableAsync(string path, JsonObject body, CancellationToken cancellation)
    {
        try
        {
            return await OperateAsync("POST", "gkehub", path, body, cancellation);
        }
        catch (GoogleRefusal refusal) when (refusal.Message.StartsWith("ALREADY_EXISTS", StringComparison.Ordinal))
        {
            return null;
        }
    }

    private async Task<JsonNode?> OperateAsync(string method, string api, string path, JsonObject? body, CancellationToken cancellation)
    {
        var operation = await SendAsync(method, api, path, body, cancellation);
        var at = api == "compute" ? path[..path.LastIndexOf("/global/", StringComparison.Ordinal)] + $"/global/operations/{operation["name"]}" : $"v1/{operation["name"]}";
        while (!IsDone(operation))
        {
            await Task.Delay(s_pause, cancellation);
            operation = await GetAsync(api, at, cancellation);
        }

        // {"code": 9, "message": …}, or Compute Engine's {"errors": [{"message": …}]}
        return operation["error"] is { } error ? throw new GoogleRefusal($"{error["message"] ?? error["errors"]![0]!["message"]}") : null;
    }

    private static bool IsDone(JsonObject operation) => operation["done"]?.GetValue<bool>() == true || operation["status"]?.ToString() == "DONE";

    private async Task<JsonObject> SendAsync(string method, string api, string path, JsonObject? body, CancellationToken cancellation)
    {
        var (status, answer) = await google.SendAsync(method, api, path, body, cancellation);
        if (status == 200)
        {
            return answer;
        }

        var error = answer["error"]!;
        throw new GoogleRefusal(api switch
        {
            "container" => $"ResponseError: code={status}, message={error["message"]}",
            "compute" => $"Could not fetch resource:\n - {error["message"]}",
            _ => $"{error["status"]}: {error["message"]}\n{Details(error)}",
        });
    }

    // gcloud prints the details as YAML below the message.
    private static string Details(JsonNode error) => error["details"]?[0] is { } detail
        ? $"- '@type': {detail["@type"]}\n  metadata:\n    service: {detail["metadata"]?["service"]}\n  reason: {detail["reason"]}\n"
        : "";
}
