namespace ServiceDefaults;

/// <summary>Keeps the proxy of a company out of the way between the lab's own processes.</summary>
public static class LoopbackProxy
{
    private static readonly string[] Variables = ["NO_PROXY", "no_proxy"];

    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "::1"];

    /// <summary>Exempts loopback in this process, before its first request, and in those that it starts.</summary>
    /// <remarks>.NET sends requests to loopback to the proxy as well, unless these variables name it; Go never does.</remarks>
    public static void Exempt()
    {
        if (Environment.GetEnvironmentVariables().Keys.Cast<string>().Any(name => name.EndsWith("_proxy", StringComparison.OrdinalIgnoreCase)))
        {
            var exempt = With(Variables.Select(Environment.GetEnvironmentVariable).LastOrDefault(value => !string.IsNullOrEmpty(value)));
            Array.ForEach(Variables, variable => Environment.SetEnvironmentVariable(variable, exempt));
        }
    }

    /// <summary>The list with the names of loopback that it lacks.</summary>
    internal static string With(string? hosts)
    {
        string[] given = (hosts ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return given.Contains("*") ? "*" : string.Join(',', given.Union(Loopback));
    }
}
