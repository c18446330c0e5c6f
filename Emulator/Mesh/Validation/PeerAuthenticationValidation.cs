using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Mesh.Validation;

/// <summary>The rules of Istio's ValidatePeerAuthentication.</summary>
internal static class PeerAuthenticationValidation
{
    public static void Validate(JsonObject spec, ValidationResult result)
    {
        Mode(spec["mtls"], result);
        if (spec["portLevelMtls"] is not JsonObject ports)
        {
            return;
        }

        result.Require(spec["selector"]?["matchLabels"] is JsonObject { Count: > 0 }, "mesh/namespace peer authentication cannot have port level mTLS");
        result.Require(ports.Count > 0, "port level mTLS, if defined, must have at least one element");
        foreach (var (port, mtls) in ports)
        {
            result.Require(int.TryParse(port, out var number) && number is >= 1 and <= 65535, "port must be in range 1..65535");
            Mode(mtls, result);
        }
    }

    private static void Mode(JsonNode? mtls, ValidationResult result)
    {
        var mode = mtls?["mode"].Text();
        result.Require(mode is null or "UNSET" or "DISABLE" or "PERMISSIVE" or "STRICT", $"unknown mTLS mode \"{mode}\": expected UNSET, DISABLE, PERMISSIVE or STRICT");
    }
}
