using System.Globalization;
using System.Text;

namespace GlobalIngress.Resources;

/// <summary>The names that Google's controller gives to what it makes; the hashes are the lab's own.</summary>
internal sealed class ResourceNames(string project)
{
    // k8s1-<8>-<38, with two dashes between its three parts>-<8>
    private const int NegDescription = 38;
    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";

    private readonly string prefix = "mci-" + Hash(project, 6);

    /// <summary>The derived Service of a MultiClusterService, the same in all clusters.</summary>
    public static string DerivedService(string ns, string name)
    {
        var suffix = "-svc-" + Hash($"{ns}/{name}", 16);
        // A Service's name is a DNS label.
        return Cut("mci-" + name, 63 - suffix.Length) + suffix;
    }

    public string BackendService(string ns, string service, int port) => Cut(string.Create(CultureInfo.InvariantCulture, $"{prefix}-{port}-{ns}-{service}"), 63);

    public string Firewall() => $"{prefix}-default-l7";

    /// <param name="scheme"><c>fw</c> for HTTP, <c>fws</c> for HTTPS.</param>
    public string ForwardingRule(string scheme, string ns, string ingress) => Cut($"{prefix}-{scheme}-{ns}-{ingress}", 63);

    public string UrlMap(string ns, string ingress) => Cut($"{prefix}-{ns}-{ingress}", 63);

    public static string NetworkEndpointGroup(string zone, string clusterLink, string ns, string derivedService, int port)
    {
        var number = port.ToString(CultureInfo.InvariantCulture);
        var parts = Shorten([ns, derivedService, number], NegDescription);
        var hash = Hex($"{clusterLink};{ns};{derivedService};{number}");
        return $"zones/{zone}/networkEndpointGroups/k8s1-{Hex(clusterLink)}-{parts[0]}-{parts[1]}-{parts[2]}-{hash}";
    }

    /// <summary>Digits 0-9 and a-z from a 64-bit FNV-1a hash, a longer text from several.</summary>
    public static string Hash(string text, int length)
    {
        var result = new StringBuilder(length);
        for (var round = 0; result.Length < length; round++)
        {
            var hash = Fnv(round == 0 ? text : $"{text}#{round}");
            for (var digit = 0; digit < 10 && result.Length < length; digit++, hash /= 36)
            {
                result.Append(Digits[(int)(hash % 36)]);
            }
        }

        return result.ToString();
    }

    // Each part gives up its share of what is too long, as in Google's names.
    private static string[] Shorten(string[] parts, int longest)
    {
        var total = parts.Sum(part => part.Length);
        return total <= longest
            ? parts
            : [.. parts.Select(part => Cut(part, Math.Max(1, (int)Math.Round(part.Length * (double)longest / total, MidpointRounding.AwayFromZero))))];
    }

    private static string Hex(string text) => ((uint)(Fnv(text) ^ (Fnv(text) >> 32))).ToString("x8", CultureInfo.InvariantCulture);

    private static string Cut(string text, int longest) => text.Length <= longest ? text : text[..longest];

    private static ulong Fnv(string text)
    {
        var hash = 14695981039346656037;
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            hash = unchecked((hash ^ value) * 1099511628211);
        }

        // FNV's low digits of similar texts are alike; one more mixing spreads them.
        hash ^= hash >> 33;
        hash = unchecked(hash * 0xff51afd7ed558ccd);
        return hash ^ (hash >> 33);
    }
}
