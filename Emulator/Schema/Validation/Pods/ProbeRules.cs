using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>The rules for a container's probes and hooks.</summary>
internal static class ProbeRules
{
    private static readonly string[] Handlers = ["exec", "httpGet", "tcpSocket", "grpc", "sleep"];

    /// <param name="grace">The pod's terminationGracePeriodSeconds.</param>
    public static void Check(JsonObject container, string field, long grace, Causes causes)
    {
        foreach (var hook in (string[])["postStart", "preStop"])
        {
            CheckHandlers(container.Map("lifecycle").Map(hook), $"{field}.lifecycle.{hook}", grace, causes);
        }

        foreach (var name in (string[])["livenessProbe", "readinessProbe", "startupProbe"])
        {
            if (container.Map(name) is { } probe)
            {
                CheckProbe(probe, $"{field}.{name}", isReadiness: name == "readinessProbe", grace, causes);
            }
        }
    }

    private static void CheckProbe(JsonObject probe, string field, bool isReadiness, long grace, Causes causes)
    {
        CheckHandlers(probe, field, grace, causes);
        causes.NotNegative(probe, field, "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold");
        var wait = probe["terminationGracePeriodSeconds"].AsLong();
        if (wait is <= 0)
        {
            causes.InvalidNumber($"{field}.terminationGracePeriodSeconds", wait.Value, "must be greater than 0");
        }

        if (isReadiness && wait is not null)
        {
            causes.InvalidNumber($"{field}.terminationGracePeriodSeconds", wait.Value, "must not be set for readinessProbes");
        }

        if (!isReadiness && probe["successThreshold"].AsLong() is not (null or 1) and var threshold)
        {
            causes.InvalidNumber($"{field}.successThreshold", threshold!.Value, "must be 1");
        }
    }

    private static void CheckHandlers(JsonObject? action, string field, long grace, Causes causes)
    {
        if (action is null)
        {
            return;
        }

        var handlers = Handlers.Where(handler => action[handler] is not null).ToList();
        if (handlers.Count == 0)
        {
            causes.Required(field, "must specify a handler type");
        }
        else
        {
            CheckHandler(handlers[0], action.Map(handlers[0]) ?? [], $"{field}.{handlers[0]}", grace, causes);
        }

        foreach (var extra in handlers.Skip(1))
        {
            causes.Forbidden($"{field}.{extra}", "may not specify more than 1 handler type");
        }
    }

    private static void CheckHandler(string kind, JsonObject handler, string field, long grace, Causes causes)
    {
        switch (kind)
        {
            case "exec" when handler["command"] is not JsonArray { Count: > 0 }:
                causes.Required($"{field}.command");
                break;
            case "httpGet":
                causes.Need(handler, field, "path");
                ServiceRules.CheckPortReference(handler["port"], $"{field}.port", causes);
                causes.OneOf(handler, field, "scheme", "HTTP", "HTTPS");
                foreach (var header in handler.Items("httpHeaders").Select(header => header.Text("name") ?? ""))
                {
                    causes.Fit($"{field}.httpHeaders", header, Names.HeaderName(header));
                }

                break;
            case "tcpSocket" or "grpc":
                ServiceRules.CheckPortReference(handler["port"], $"{field}.port", causes);
                break;
            case "sleep" when handler["seconds"].AsLong() is var seconds && (seconds is null or <= 0 || seconds > grace):
                causes.InvalidNumber(field, seconds ?? 0, $"must be greater than 0 and less than terminationGracePeriodSeconds ({grace})");
                break;
        }
    }
}
