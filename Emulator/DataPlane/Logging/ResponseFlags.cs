namespace Emulator.DataPlane.Logging;

/// <summary>Envoy's response flags as the number that its attribute <c>response.flags</c> is.</summary>
internal static class ResponseFlags
{
    // In the order of Envoy's CoreResponseFlag: each has the bit of its place.
    private static readonly string[] Names =
    [
        "LH", "UH", "UT", "LR", "UR", "UF", "UC", "UO", "NR", "DI", "FI", "RL", "UAEX", "RLSE", "DC", "URX", "SI", "IH", "DPE", "UMSDR", "RFCF", "NFCF", "DT", "UPE",
        "NC", "OM", "DF", "DO", "DR",
    ];

    /// <param name="flags">As an access log has them, with commas between; null: none.</param>
    public static long Bits(string? flags)
    {
        var bits = 0L;
        foreach (var flag in flags?.Split(',') ?? [])
        {
            if (Array.IndexOf(Names, flag) is >= 0 and var place)
            {
                bits |= 1L << place;
            }
        }

        return bits;
    }
}
