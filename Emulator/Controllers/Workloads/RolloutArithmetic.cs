using System.Globalization;
using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Controllers;

/// <summary>How many pods a rolling update may have too many, and how many too few.</summary>
internal static class RolloutArithmetic
{
    public static (int Surge, int Unavailable) Bounds(JsonObject deployment)
    {
        if (deployment["spec"]?["strategy"]?["type"].Text() == "Recreate")
        {
            return (0, 0);
        }

        var desired = deployment["spec"]?["replicas"].Int(1) ?? 1;
        var rolling = deployment["spec"]?["strategy"]?["rollingUpdate"];
        var surge = Resolve(rolling?["maxSurge"], desired, roundUp: true);
        var unavailable = Resolve(rolling?["maxUnavailable"], desired, roundUp: false);

        // Both zero, by rounding, would never move (deployment/util, ResolveFenceposts).
        return surge == 0 && unavailable == 0 ? (0, Math.Min(1, desired)) : (surge, Math.Min(unavailable, desired));
    }

    /// <summary>A number or a percentage (IntOrString) of a total; 25% when absent.</summary>
    public static int Resolve(JsonNode? value, int total, bool roundUp)
    {
        if (value is not null && value.Text() is null)
        {
            return value.Int();
        }

        var text = value.Text() ?? "25%";
        var percent = int.TryParse(text.TrimEnd('%'), CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
        return roundUp ? (int)Math.Ceiling(total * percent / 100.0) : total * percent / 100;
    }
}
