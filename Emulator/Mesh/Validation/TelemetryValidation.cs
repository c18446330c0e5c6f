using System.Text.Json.Nodes;
using Emulator.Schema.Cel;
using Emulator.Storage;

namespace Emulator.Mesh.Validation;

/// <summary>The rules of Istio's ValidateTelemetry for access logs.</summary>
internal static class TelemetryValidation
{
    public static void Validate(JsonObject spec, ValidationResult result)
    {
        foreach (var expression in spec["accessLogging"].Items().Select(entry => entry["filter"]?["expression"].Text()).OfType<string>())
        {
            try
            {
                CelParser.Parse(expression);
            }
            catch (CelException e)
            {
                result.Require(false, $"must be a valid CEL expression, {e.Message}");
            }
        }
    }
}
