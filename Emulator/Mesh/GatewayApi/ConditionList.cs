using System.Text.Json.Nodes;

namespace Emulator.Mesh.GatewayApi;

/// <summary>Conditions as the Gateway API has them: for one generation of an object.</summary>
internal static class ConditionList
{
    public const string NoErrors = "No errors found";

    public static JsonObject Of(string type, bool holds, string reason, string message, long generation) => new()
    {
        ["type"] = type,
        ["status"] = holds ? "True" : "False",
        ["reason"] = reason,
        ["message"] = message,
        ["observedGeneration"] = generation,
    };

    /// <summary>A condition that holds unless there is a problem, which then gives reason and message.</summary>
    public static JsonObject Unless(Problem? problem, string type, string reason, string message, long generation) =>
        problem is null ? Of(type, true, reason, message, generation) : Of(type, false, problem.Reason, problem.Message, generation);
}
