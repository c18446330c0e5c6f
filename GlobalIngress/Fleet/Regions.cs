using System.Collections.Frozen;

namespace GlobalIngress.Fleet;

/// <summary>Where Google's regions lie, so that the nearest cluster can be found.</summary>
internal static class Regions
{
    // Degrees of latitude and longitude of the towns that Google names for its regions.
    private static readonly FrozenDictionary<string, (double Latitude, double Longitude)> Places = new Dictionary<string, (double, double)>
    {
        ["africa-south1"] = (-26.2, 28.0),
        ["asia-east1"] = (24.1, 120.5),
        ["asia-east2"] = (22.3, 114.2),
        ["asia-northeast1"] = (35.7, 139.7),
        ["asia-northeast2"] = (34.7, 135.5),
        ["asia-northeast3"] = (37.6, 127.0),
        ["asia-south1"] = (19.1, 72.9),
        ["asia-south2"] = (28.6, 77.2),
        ["asia-southeast1"] = (1.3, 103.7),
        ["asia-southeast2"] = (-6.2, 106.8),
        ["australia-southeast1"] = (-33.9, 151.2),
        ["australia-southeast2"] = (-37.8, 145.0),
        ["europe-central2"] = (52.2, 21.0),
        ["europe-north1"] = (60.6, 27.2),
        ["europe-southwest1"] = (40.4, -3.7),
        ["europe-west1"] = (50.5, 3.8),
        ["europe-west2"] = (51.5, -0.1),
        ["europe-west3"] = (50.1, 8.7),
        ["europe-west4"] = (53.4, 6.8),
        ["europe-west6"] = (47.4, 8.5),
        ["europe-west8"] = (45.5, 9.2),
        ["europe-west9"] = (48.9, 2.4),
        ["me-central1"] = (25.3, 51.5),
        ["me-west1"] = (32.1, 34.8),
        ["northamerica-northeast1"] = (45.5, -73.6),
        ["northamerica-northeast2"] = (43.7, -79.4),
        ["southamerica-east1"] = (-23.5, -46.6),
        ["southamerica-west1"] = (-33.4, -70.7),
        ["us-central1"] = (41.3, -95.9),
        ["us-east1"] = (33.2, -80.0),
        ["us-east4"] = (39.0, -77.5),
        ["us-east5"] = (40.0, -83.0),
        ["us-south1"] = (32.8, -96.8),
        ["us-west1"] = (45.6, -121.2),
        ["us-west2"] = (34.1, -118.2),
        ["us-west3"] = (40.8, -111.9),
        ["us-west4"] = (36.2, -115.1),
    }.ToFrozenDictionary();

    public static IEnumerable<string> Names => Places.Keys.Order(StringComparer.Ordinal);

    public static bool IsKnown(string region) => Places.ContainsKey(region);

    /// <summary>The region of a zone or region: <c>us-central1-c</c> is in <c>us-central1</c>.</summary>
    public static string OfLocation(string location) =>
        location.Length > 2 && location[^2] == '-' && char.IsAsciiLetterLower(location[^1]) ? location[..^2] : location;

    /// <summary>A length to compare distances by; a region that is not known is farther than any other, but not from itself.</summary>
    public static double Distance(string from, string to)
    {
        if (from == to)
        {
            return 0;
        }

        if (!Places.TryGetValue(from, out var a) || !Places.TryGetValue(to, out var b))
        {
            return double.MaxValue;
        }

        // The straight line through the globe grows with the way over it.
        var (ax, ay, az) = OnGlobe(a.Latitude, a.Longitude);
        var (bx, by, bz) = OnGlobe(b.Latitude, b.Longitude);
        return Math.Sqrt(Math.Pow(ax - bx, 2) + Math.Pow(ay - by, 2) + Math.Pow(az - bz, 2));
    }

    private static (double X, double Y, double Z) OnGlobe(double latitude, double longitude)
    {
        var (sinLatitude, cosLatitude) = Math.SinCos(latitude * Math.PI / 180);
        var (sinLongitude, cosLongitude) = Math.SinCos(longitude * Math.PI / 180);
        return (cosLatitude * cosLongitude, cosLatitude * sinLongitude, sinLatitude);
    }
}
