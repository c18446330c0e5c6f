using System.Text.Json.Nodes;
using Emulator.Api.Schemas;
using Emulator.Schema.Crd;
using Emulator.Schema.Decoding;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema;

/// <summary>Turns objects into another version of their kind: autoscalers really, custom resources by leaving out what the version does not know.</summary>
internal sealed class VersionConverter(ObjectSchemas schemas) : IVersionConverter
{
    public void Convert(ResourceDefinition resource, JsonObject node, string version)
    {
        node["apiVersion"] = resource.ApiVersion(version);
        if (resource.CustomResourceDefinition is not null)
        {
            // No webhook converts: a version shows the fields that it knows.
            var schema = schemas.Find(resource, version);
            new FieldDecoder(typed: false).Decode(node, schema);
            CustomDefaults.Apply(node, schema);
        }

        if (resource.Type != KnownTypes.HorizontalPodAutoscalers || node.Map("spec") is not { } spec)
        {
            return;
        }

        if (version == "v1")
        {
            ToFirst(node, spec);
        }
        else if (spec["targetCPUUtilizationPercentage"] is { } percentage)
        {
            spec.Remove("targetCPUUtilizationPercentage");
            spec["metrics"] = new JsonArray(new JsonObject
            {
                ["type"] = "Resource",
                ["resource"] = new JsonObject
                {
                    ["name"] = "cpu",
                    ["target"] = new JsonObject { ["type"] = "Utilization", ["averageUtilization"] = percentage.DeepClone() },
                },
            });
        }
    }

    private static void ToFirst(JsonObject node, JsonObject spec)
    {
        var processor = spec.Items("metrics").Select(metric => metric.Map("resource")).FirstOrDefault(resource => resource?.Text("name") == "cpu");
        if (processor.Map("target")?["averageUtilization"] is { } utilization)
        {
            spec["targetCPUUtilizationPercentage"] = utilization.DeepClone();
        }

        spec.Remove("metrics");
        spec.Remove("behavior");
        if (node.Map("status") is { } status)
        {
            var current = status.Items("currentMetrics").Select(metric => metric.Map("resource")).FirstOrDefault(resource => resource?.Text("name") == "cpu");
            if (current.Map("current")?["averageUtilization"] is { } used)
            {
                status["currentCPUUtilizationPercentage"] = used.DeepClone();
            }

            status.Remove("currentMetrics");
            status.Remove("conditions");
        }
    }
}
