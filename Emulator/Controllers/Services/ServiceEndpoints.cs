using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>One pod behind a Service, with the ports that the Service's target ports are on this pod.</summary>
internal sealed record ServiceEndpoint(StoredObject Pod, IReadOnlyList<EndpointPort> Ports, bool Ready, bool Serving, bool Terminating)
{
    public string Address => Pod.Node["status"]!["podIP"].Text()!;

    /// <summary>Equal for pods whose ports are the same, which may share a slice.</summary>
    public string PortsKey => string.Join(',', Ports);
}

internal sealed record EndpointPort(string Name, string Protocol, int Port, string? ApplicationProtocol);

/// <summary>Finds the pods behind a Service.</summary>
internal static class ServiceEndpoints
{
    public static List<ServiceEndpoint> Collect(ObjectStore store, StoredObject service)
    {
        var found = new List<ServiceEndpoint>();
        var spec = service.Node["spec"];
        var selector = spec?["selector"] as JsonObject;
        var evenUnready = spec?["publishNotReadyAddresses"].IsTrue() ?? false;
        foreach (var pod in store.List(KnownTypes.Pods, service.Key.Namespace).Items)
        {
            var status = pod.Node["status"];
            if (status?["podIP"] is null || status["phase"].Text() is "Failed" or "Succeeded"
                || !LabelSelector.MatchesMap(selector, pod.Node["metadata"]?["labels"] as JsonObject))
            {
                continue;
            }

            var ready = pod.Node.HasCondition("Ready");
            var terminating = pod.Node.IsDeleting();
            found.Add(new ServiceEndpoint(pod, Ports(spec, pod.Node), evenUnready || (ready && !terminating), evenUnready || ready, terminating));
        }

        return found;
    }

    /// <summary>Whether a change of a pod can change any Service's endpoints.</summary>
    public static bool Matters(StoreEvent change)
    {
        if (change.Type is not StoreEventType.Modified || change.Previous is not { } previous)
        {
            return true;
        }

        var (now, before) = (change.Object.Node, previous.Node);
        return now["status"]?["podIP"].Text() != before["status"]?["podIP"].Text()
            || now["status"]?["phase"].Text() != before["status"]?["phase"].Text()
            || now.HasCondition("Ready") != before.HasCondition("Ready")
            || now.IsDeleting() != before.IsDeleting()
            || !JsonNode.DeepEquals(now["metadata"]?["labels"], before["metadata"]?["labels"]);
    }

    /// <summary>Queues the Services whose selectors match a pod, or matched it before.</summary>
    public static void Enqueue(ObjectStore store, StoreEvent change, WorkQueue queue)
    {
        if (!Matters(change))
        {
            return;
        }

        var labels = change.Object.Node["metadata"]?["labels"] as JsonObject;
        var before = change.Previous?.Node["metadata"]?["labels"] as JsonObject;
        foreach (var service in store.List(KnownTypes.Services, change.Object.Key.Namespace).Items)
        {
            if (service.Node["spec"]?["selector"] is JsonObject { Count: > 0 } selector
                && (LabelSelector.MatchesMap(selector, labels) || LabelSelector.MatchesMap(selector, before)))
            {
                queue.Add(service.Key);
            }
        }
    }

    private static List<EndpointPort> Ports(JsonNode? service, JsonObject pod)
    {
        var ports = new List<EndpointPort>();
        foreach (var port in service?["ports"].Items() ?? [])
        {
            var protocol = port["protocol"].Text() ?? "TCP";
            if (TargetPort(port, pod, protocol) is { } number)
            {
                ports.Add(new EndpointPort(port["name"].Text() ?? "", protocol, number, port["appProtocol"].Text()));
            }
        }

        return ports;
    }

    /// <summary>The pod's port for a Service port: a number, or the number of the container port of that name.</summary>
    public static int? TargetPort(JsonObject servicePort, JsonObject pod, string protocol)
    {
        var target = servicePort["targetPort"];
        if (target.AsLong() is { } number && number != 0)
        {
            return (int)number;
        }

        if (target.Text() is not { Length: > 0 } name)
        {
            return servicePort["port"].Int();
        }

        // Containers that stay, sidecars among the init containers included, may name ports.
        var sidecars = pod["spec"]?["initContainers"].Items().Where(container => container["restartPolicy"].Text() == "Always") ?? [];
        return (pod["spec"]?["containers"].Items() ?? []).Concat(sidecars)
            .SelectMany(container => container["ports"].Items())
            .FirstOrDefault(port => port["name"].Text() == name && (port["protocol"].Text() ?? "TCP") == protocol)?["containerPort"].Int();
    }
}
