using System.Text.Json.Nodes;
using Emulator.Api.Http;
using Emulator.Api.Resources;
using Emulator.Storage;

namespace Emulator.Api.Subresources;

/// <summary>Deletes a pod unless its PodDisruptionBudget has nothing left to give.</summary>
internal sealed class EvictionSubresource(Registry registry, RequestBody bodies) : ISubresource
{
    public bool Serves(ResourceDefinition definition, string subresource) => definition.Type == KnownTypes.Pods && subresource == "eviction";

    public async Task HandleAsync(ApiRequest request)
    {
        if (request.Info.Verb != "create")
        {
            throw HttpErrors.MethodNotAllowed();
        }

        var body = await RequestBody.ReadAsync(request.Http);
        var eviction = bodies.Decode(RequestBody.MediaType(request.Http), body, "Eviction").Node;
        var pod = registry.Get(KnownTypes.Pods, request.Namespace, request.Info.Name);
        if (pod.Node["status"]?["phase"]?.GetValue<string>() is not ("Failed" or "Succeeded" or "Pending"))
        {
            Spend(request, pod);
        }

        var options = eviction["deleteOptions"];
        var deletion = new DeletionOptions
        {
            GracePeriodSeconds = (int?)options?["gracePeriodSeconds"].AsLong(),
            PreconditionUid = (options?["preconditions"]?["uid"] as JsonValue)?.ToString(),
        };
        registry.Delete(KnownTypes.Pods, request.Namespace, request.Info.Name, deletion, request.WriteOptions);
        var status = StatusBody.New("Success");
        status["code"] = 201;
        await ApiResponse.WriteJsonAsync(request.Http, StatusBody.Bytes(status), 201);
    }

    private void Spend(ApiRequest request, StoredObject pod)
    {
        var budgets = registry.Store.List(KnownTypes.PodDisruptionBudgets, request.Namespace).Items
            .Where(budget => SelectorMatch.Matches(budget.Node["spec"]?["selector"], pod.Node)).ToList();
        if (budgets.Count == 0)
        {
            return;
        }

        if (budgets.Count > 1)
        {
            throw HttpErrors.Internal("This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
        }

        var name = budgets[0].Key.Name;
        registry.Update(
            KnownTypes.PodDisruptionBudgets,
            request.Namespace,
            name,
            budget =>
            {
                var status = budget["status"] as JsonObject;
                var allowed = status?["disruptionsAllowed"].AsLong() ?? 0;
                if (allowed <= 0 || (status?["observedGeneration"].AsLong() ?? 0) < (budget["metadata"]?["generation"].AsLong() ?? 0))
                {
                    throw Refused(name, status);
                }

                status!["disruptionsAllowed"] = allowed - 1;
                var disrupted = status["disruptedPods"] as JsonObject ?? (JsonObject)(status["disruptedPods"] = new JsonObject());
                disrupted[pod.Key.Name] = Registry.Timestamp(DateTimeOffset.UtcNow);
                return budget;
            },
            WriteOptions.System with { DryRun = request.DryRun },
            "status");
    }

    private static ApiException Refused(string budget, JsonObject? status)
    {
        var needs = status?["desiredHealthy"].AsLong() ?? 0;
        var has = status?["currentHealthy"].AsLong() ?? 0;
        return new ApiException(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.", new JsonObject
        {
            ["causes"] = new JsonArray(new JsonObject
            {
                ["reason"] = "DisruptionBudget",
                ["message"] = $"The disruption budget {budget} needs {needs} healthy pods and has {has} currently",
            }),
        });
    }
}
