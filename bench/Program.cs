using Bench;

// Measurements of the lab and of one cluster on this machine. Each prints what it measured; none asserts.
var all = new Dictionary<string, Func<Task>>
{
    ["api"] = ApiMeasurement.RunAsync,
    ["api-keep"] = ApiMeasurement.RunKeptAsync,
    ["start"] = StartMeasurement.RunAsync,
    ["memory"] = MemoryMeasurement.RunAsync,
    ["join"] = JoinMeasurement.RunAsync,
    ["traffic"] = TrafficMeasurement.RunAsync,
    ["pods"] = PodsMeasurement.RunAsync,
    ["failover"] = FailoverMeasurement.RunAsync,
};

var chosen = args.Length == 0 ? [.. all.Keys] : args;
var unknown = chosen.Where(name => !all.ContainsKey(name)).ToList();
if (unknown.Count > 0)
{
    Console.Error.WriteLine($"Unknown measurement: {string.Join(", ", unknown)}. There are: {string.Join(", ", all.Keys)}");
    return 2;
}

foreach (var name in chosen)
{
    Console.WriteLine($"== {name}");
    await all[name]();
}

return 0;
