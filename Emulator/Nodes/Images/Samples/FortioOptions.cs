using System.Globalization;

namespace Emulator.Nodes.Samples;

/// <summary>A command line of fortio: <c>load</c> or <c>curl</c>, its flags, and an address.</summary>
internal sealed record FortioOptions
{
    public required string Verb { get; init; }

    public required Uri Url { get; init; }

    /// <summary>How many ask at the same time (<c>-c</c>).</summary>
    public int Connections { get; init; } = 4;

    /// <summary>How many requests in all (<c>-n</c>); 0: for <see cref="Duration"/>.</summary>
    public int Calls { get; init; }

    /// <summary>Requests a second in all (<c>-qps</c>); 0: as many as go.</summary>
    public double Rate { get; init; } = 8;

    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public string? Payload { get; init; }

    /// <exception cref="FormatException">Says what of the line is not understood.</exception>
    public static FortioOptions Parse(IReadOnlyList<string> line)
    {
        var flags = new Dictionary<string, string>();
        var headers = new List<(string, string)>();
        var rest = new List<string>();
        for (var i = 1; i < line.Count; i++)
        {
            if (!line[i].StartsWith('-'))
            {
                rest.Add(line[i]);
                continue;
            }

            var (name, value) = line[i].TrimStart('-').Split('=', 2) is [var left, var right] ? (left, right) : (line[i].TrimStart('-'), null);
            if (name is "quiet" or "a" or "allow-initial-errors" or "http1.0" or "h2" or "k" or "keepalive" or "stdclient" or "L" or "logger-force-color" or "sequential-warmup")
            {
                continue;
            }

            if (name is not ("c" or "n" or "qps" or "t" or "timeout" or "loglevel" or "H" or "payload" or "p" or "r" or "labels" or "gomaxprocs" or "json"))
            {
                throw new FormatException($"flag provided but not defined: -{name} (embedded nodes know fortio's load and curl with -c, -n, -qps, -t, -timeout, -H, -payload)");
            }

            value ??= ++i < line.Count ? line[i] : throw new FormatException($"flag needs an argument: -{name}");
            flags[name] = value;
            if (name == "H")
            {
                headers.Add(value.Split(':', 2) is [var header, var text] ? (header.Trim(), text.Trim()) : throw new FormatException($"invalid header \"{value}\": expected Name: value"));
            }
        }

        if (rest is not [("load" or "curl") and var verb, var url] || !Uri.TryCreate(url.Contains("://", StringComparison.Ordinal) ? url : $"http://{url}", UriKind.Absolute, out var address))
        {
            throw new FormatException("embedded nodes know fortio's commands load and curl: fortio load [flags] URL, fortio curl [flags] URL");
        }

        return new FortioOptions
        {
            Verb = verb,
            Url = address,
            Connections = Math.Clamp((int)Number(flags, "c", 4), 1, 1_000),
            Calls = (int)Number(flags, "n", 0),
            Rate = flags.GetValueOrDefault("qps") == "max" ? 0 : Number(flags, "qps", 8),
            Duration = Time(flags, "t", 5),
            Timeout = Time(flags, "timeout", 3),
            Headers = headers,
            Payload = flags.GetValueOrDefault("payload"),
        };
    }

    private static double Number(Dictionary<string, string> flags, string name, double otherwise) =>
        !flags.TryGetValue(name, out var text) ? otherwise
        : double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number
        : throw new FormatException($"invalid value \"{text}\" for flag -{name}");

    private static TimeSpan Time(Dictionary<string, string> flags, string name, double otherwise) =>
        !flags.TryGetValue(name, out var text) ? TimeSpan.FromSeconds(otherwise)
        : text.EndsWith("ms", StringComparison.Ordinal) && double.TryParse(text[..^2], CultureInfo.InvariantCulture, out var milliseconds) ? TimeSpan.FromMilliseconds(milliseconds)
        : text.EndsWith('s') && double.TryParse(text[..^1], CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds)
        : text.EndsWith('m') && double.TryParse(text[..^1], CultureInfo.InvariantCulture, out var minutes) ? TimeSpan.FromMinutes(minutes)
        : throw new FormatException($"invalid value \"{text}\" for flag -{name}: expected a time such as 500ms, 10s or 1m");
}
