using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;

namespace Emulator.Schema.Validation;

/// <summary>The rules for Events, which are stored in the form of core/v1.</summary>
internal static class EventRules
{
    private const int MaxWords = 128;
    private const int MaxMessage = 1024;

    /// <param name="apiVersion">The version in which the event was sent: events.k8s.io asks for more than v1.</param>
    public static void Check(JsonObject node, string apiVersion, Causes causes)
    {
        var isNew = apiVersion.StartsWith("events.k8s.io/", StringComparison.Ordinal);
        var hasTime = node["eventTime"] is not null;
        if (isNew && !hasTime)
        {
            causes.Required("eventTime");
        }

        CheckNamespace(node, hasTime, causes);
        if (hasTime || isNew)
        {
            CheckWords(node, isNew ? "reportingController" : "reportingComponent", isNew ? "note" : "message", causes);
        }

        if (isNew && node.Text("type") is not ("Normal" or "Warning"))
        {
            causes.InvalidText("type", "", $"has invalid value: {node.Text("type")}");
        }
    }

    private static void CheckNamespace(JsonObject node, bool hasTime, Causes causes)
    {
        var own = node.Map("metadata")?.Text("namespace") ?? "";
        var involved = node.Map("involvedObject")?.Text("namespace") ?? "";
        var agree = involved.Length == 0 ? own is "" or "default" || hasTime && own == "kube-system" : hasTime || own == involved;
        if (!agree)
        {
            causes.InvalidText("involvedObject.namespace", involved, "does not match event.namespace");
        }
    }

    private static void CheckWords(JsonObject node, string controller, string message, Causes causes)
    {
        var component = node.Text("reportingComponent") ?? "";
        if (component.Length == 0)
        {
            causes.Required(controller);
        }

        if (Names.QualifiedName(component) is { } wrong)
        {
            causes.Fit(controller, component, wrong);
        }

        foreach (var field in (string[])["reportingInstance", "action", "reason"])
        {
            var text = node.Text(field) ?? "";
            if (text.Length == 0)
            {
                causes.Required(field);
            }
            else if (text.Length > MaxWords)
            {
                causes.InvalidText(field, "", $"can have at most {MaxWords} characters");
            }
        }

        if ((node.Text("message") ?? "").Length > MaxMessage)
        {
            causes.InvalidText(message, "", $"can have at most {MaxMessage} characters");
        }
    }
}
