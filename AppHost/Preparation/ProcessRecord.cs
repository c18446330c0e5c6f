using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using ServiceDefaults;

namespace AppHost.Preparation;

/// <summary>The processes of a lab, recorded so that the next lab in the same folder can end what a killed one left.</summary>
internal static partial class ProcessRecord
{
    public const string FileName = "processes.json";

    public static void Write(string labDirectory, IReadOnlyDictionary<string, Owner> processes) =>
        PrivateFile.Write(Path.Combine(labDirectory, FileName), JsonSerializer.SerializeToUtf8Bytes(
            processes.ToDictionary(p => p.Key, p => p.Value.ToString()), RecordJson.Default.DictionaryStringString));

    /// <summary>Ends recorded processes that still run; one with the same id and another start time is somebody else's.</summary>
    public static void EndLeftovers(string labDirectory)
    {
        foreach (var process in Read(Path.Combine(labDirectory, FileName)).Where(p => p.IsAlive))
        {
            try
            {
                using var running = Process.GetProcessById(process.ProcessId);
                running.Kill(entireProcessTree: true);
                running.WaitForExit(TimeSpan.FromSeconds(3));
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException)
            {
                // It ended by itself meanwhile.
            }
        }
    }

    private static IReadOnlyList<Owner> Read(string path)
    {
        try
        {
            return [.. JsonSerializer.Deserialize(File.ReadAllBytes(path), RecordJson.Default.DictionaryStringString)!.Values.Select(Owner.Parse).OfType<Owner>()];
        }
        catch (Exception e) when (e is FileNotFoundException or JsonException or FormatException)
        {
            // None, or half a file: the processes of that lab end by themselves when their owner is gone.
            return [];
        }
    }

    [JsonSerializable(typeof(Dictionary<string, string>))]
    private sealed partial class RecordJson : JsonSerializerContext;
}
