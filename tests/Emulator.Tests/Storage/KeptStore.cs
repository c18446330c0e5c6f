using System.Text.Json.Nodes;
using Emulator.Storage;
using Emulator.Storage.Durability;
using Microsoft.Extensions.Logging;
using Testing;

namespace Emulator.Tests.Storage;

/// <summary>A store whose objects are kept in a folder of the test's own, and opened again and again.</summary>
internal sealed class KeptStore(long compactFrom = 32 * 1024 * 1024) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public string Directory => folder.File("log");

    public List<string> Warnings { get; } = [];

    public ObjectStore Open(string? directory = null) =>
        new(WriteAheadLog.Open(directory ?? Directory, new Recorder(Warnings), compactFrom));

    /// <summary>The newest file that records are appended to.</summary>
    public string Segment => System.IO.Directory.EnumerateFiles(Directory, "wal-*").Order().Last();

    public static ResourceKey Key(string name) => new(KnownTypes.ConfigMaps, "default", name);

    public static JsonObject Node(string name, string value = "v") => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default", ["uid"] = $"uid-of-{name}" },
        ["data"] = new JsonObject { ["k"] = value },
    };

    /// <summary>Names and values of all ConfigMaps.</summary>
    public static Dictionary<string, string> Content(ObjectStore store) =>
        store.List(KnownTypes.ConfigMaps).Items.ToDictionary(item => item.Key.Name, item => item.Node["data"]!["k"]!.GetValue<string>());

    public void Dispose() => folder.Dispose();

    private sealed class Recorder(List<string> warnings) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Warning)
            {
                warnings.Add(formatter(state, exception));
            }
        }
    }
}
