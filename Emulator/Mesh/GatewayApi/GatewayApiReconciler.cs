using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.GatewayApi;

/// <summary>Makes what gateways need, and writes down what became of the Gateway API's objects.</summary>
internal sealed class GatewayApiReconciler(Registry registry, RunningPilot istiod, TimeProvider time, Action<string> log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly WriteOptions Writer = WriteOptions.System with { User = "system:serviceaccount:istio-system:istiod", FieldManager = "pilot" };

    private readonly SemaphoreSlim updated = new(0, 1);
    private volatile GatewayApiPlan plan = GatewayApiPlan.Empty;

    public void Update(GatewayApiPlan latest)
    {
        plan = latest;
        if (updated.CurrentCount == 0)
        {
            updated.Release();
        }
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await updated.WaitAsync(cancellation);
            while (!Reconcile(plan))
            {
                await Task.Delay(Pause, time, cancellation);
            }
        }
    }

    /// <summary>Tells whether everything is as it should be now.</summary>
    private bool Reconcile(GatewayApiPlan wanted)
    {
        var done = Try("GatewayClass istio", MakeClass);
        foreach (var gateway in wanted.Managed)
        {
            foreach (var (type, node) in GatewayDeployment.Objects(gateway, istiod))
            {
                done &= Try($"{node.Kind()} {node.Namespace()}/{node.Name()}", () => Make(type, node));
            }
        }

        foreach (var status in wanted.Statuses)
        {
            done &= Try($"status of {status.Key}", () => Write(status));
        }

        return done;
    }

    private bool Try(string what, Action write)
    {
        try
        {
            write();
            return true;
        }
        catch (ApiException e) when (e.Code == 404)
        {
            // Deleted meanwhile, and the next plan is without it.
            return true;
        }
        catch (ApiException e)
        {
            log($"warn\tgateway api: {what} cannot be written: {e.Message}");
            return false;
        }
    }

    private void MakeClass()
    {
        if (registry.Catalog.Find(GatewayApiTypes.GatewayClasses) is not null && registry.Find(GatewayApiTypes.GatewayClasses, "", GatewayApiTypes.ClassName) is null)
        {
            registry.Create(
                GatewayApiTypes.GatewayClasses,
                new JsonObject
                {
                    ["apiVersion"] = $"{GatewayApiTypes.Group}/v1",
                    ["kind"] = "GatewayClass",
                    ["metadata"] = new JsonObject { ["name"] = GatewayApiTypes.ClassName },
                    ["spec"] = new JsonObject { ["controllerName"] = GatewayApiTypes.Controller, ["description"] = "The default Istio GatewayClass" },
                },
                Writer);
        }
    }

    private void Make(ResourceType type, JsonObject node)
    {
        var known = registry.Find(type, node.Namespace(), node.Name());
        if (known is null)
        {
            registry.Create(type, node, Writer);
        }
        else if (known.Node["metadata"]?["ownerReferences"].Items().Any(owner => JsonNode.DeepEquals(owner["uid"], node["metadata"]!["ownerReferences"]![0]!["uid"])) is true)
        {
            registry.Update(type, node.Namespace(), node.Name(), current => Merge(current, node), Writer);
        }
        else
        {
            log($"warn\tgateway api: {node.Kind()} {node.Namespace()}/{node.Name()} is there already and belongs to somebody else: it is left alone");
        }
    }

    /// <summary>What we ask for over what is there; what others added, such as the mark of a restart, stays.</summary>
    private static JsonObject Merge(JsonObject current, JsonObject wanted)
    {
        foreach (var (field, value) in wanted)
        {
            if (current[field] is JsonObject inner && value is JsonObject asked)
            {
                Merge(inner, asked);
            }
            else if (current[field] is JsonArray list && value is JsonArray items && list.Count == items.Count && list.All(item => item is JsonObject))
            {
                foreach (var (before, after) in list.Items().Zip(items.Items()))
                {
                    Merge(before, after);
                }
            }
            else
            {
                current[field] = value?.DeepClone();
            }
        }

        return current;
    }

    private void Write(WantedStatus wanted) => registry.Update(
        wanted.Key.Type,
        wanted.Key.Namespace,
        wanted.Key.Name,
        node =>
        {
            var before = node["status"] as JsonObject ?? [];
            var after = (JsonObject)wanted.Status.DeepClone();
            if (after["parents"] is JsonArray parents)
            {
                foreach (var other in before["parents"].Items().Where(parent => parent["controllerName"].Text() != GatewayApiTypes.Controller))
                {
                    parents.Add(other.DeepClone());
                }
            }

            Date(after, before);
            node["status"] = after;
            return JsonNode.DeepEquals(before, after) ? null : node;
        },
        Writer,
        "status");

    /// <summary>A condition keeps the time at which it last changed its status.</summary>
    private void Date(JsonNode? after, JsonNode? before)
    {
        if (after is JsonObject map)
        {
            if (map["conditions"] is JsonArray conditions)
            {
                foreach (var condition in conditions.Items())
                {
                    var old = Conditions.Find(before, condition["type"].Text()!);
                    condition["lastTransitionTime"] = Conditions.TransitionTime(old, condition["status"].Text()!, time.GetUtcNow());
                }
            }

            foreach (var (field, value) in map.Where(field => field.Key is "listeners" or "parents"))
            {
                foreach (var item in value.Items())
                {
                    Date(item, before?[field].Items().FirstOrDefault(other =>
                        JsonNode.DeepEquals(other["name"], item["name"]) && JsonNode.DeepEquals(other["parentRef"], item["parentRef"])
                        && JsonNode.DeepEquals(other["controllerName"], item["controllerName"])));
                }
            }
        }
    }
}
