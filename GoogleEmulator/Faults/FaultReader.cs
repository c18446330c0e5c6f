using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GoogleEmulator.Http;
using GoogleEmulator.Operations;

namespace GoogleEmulator.Faults;

/// <summary>Reads a fault from the JSON that asks for it, and names everything that is wrong with that.</summary>
internal static class FaultReader
{
    private static readonly string[] s_fields = ["method", "path", "times", "delay", "status", "error", "message", "drop", "operation", "stuck"];

    public static Func<string, Fault> Read(JsonObject body)
    {
        var problems = new List<string>();
        problems.AddRange(body.Select(field => field.Key).Except(s_fields).Select(field => $"'{field}' is not a field of a fault; there are {string.Join(", ", s_fields)}"));
        var path = Pattern(Text(body, "path"), problems);
        var times = body["times"] is { } count ? Number(count, "times", problems) : 1;
        var delay = Text(body, "delay") is { } text ? Duration(text, problems) : TimeSpan.Zero;
        var drop = Text(body, "drop") switch
        {
            null => Drop.No,
            "before" => Drop.Before,
            "after" => Drop.After,
            var other => Problem(problems, $"drop is '{other}'; expected before or after", Drop.No),
        };
        var error = body["status"] is { } status ? Error(Number(status, "status", problems), body) : null;
        var operation = body["operation"] is JsonObject wanted
            ? new OperationError(wanted["code"] is { } code ? Number(code, "operation.code", problems) : 13, Text(wanted, "message") ?? "injected failure")
            : null;
        var stuck = body["stuck"]?.GetValueKind() == JsonValueKind.True;
        if (problems.Count > 0)
        {
            throw GoogleException.Invalid(string.Join("; ", problems));
        }

        return id => new Fault(id, times)
        {
            Method = Text(body, "method"),
            Path = path,
            Delay = delay,
            Error = error,
            Drop = drop,
            OperationError = operation,
            OperationStuck = stuck,
        };
    }

    private static GoogleException Error(int status, JsonObject body)
    {
        var name = Text(body, "error") ?? status switch
        {
            400 => "INVALID_ARGUMENT",
            401 => "UNAUTHENTICATED",
            403 => "PERMISSION_DENIED",
            404 => "NOT_FOUND",
            409 => "ALREADY_EXISTS",
            429 => "RESOURCE_EXHAUSTED",
            503 => "UNAVAILABLE",
            _ => "INTERNAL",
        };
        return new GoogleException(status, name, Text(body, "message") ?? "injected failure", "injected");
    }

    private static Regex Pattern(string? text, List<string> problems)
    {
        try
        {
            return new Regex(text ?? throw new ArgumentException("path is missing"), RegexOptions.None, TimeSpan.FromMilliseconds(100));
        }
        catch (ArgumentException e)
        {
            return Problem(problems, $"path has to be a regular expression over the request's path: {e.Message}", new Regex("$^"));
        }
    }

    private static TimeSpan Duration(string text, List<string> problems) =>
        EmulatorCommand.ParseDuration(text) ?? Problem(problems, $"delay is '{text}'; expected a duration, such as 2s or 300ms", TimeSpan.Zero);

    private static int Number(JsonNode node, string field, List<string> problems) =>
        node.GetValueKind() == JsonValueKind.Number && node.AsValue().TryGetValue<int>(out var number) && number >= 0
            ? number
            : Problem(problems, $"{field} is {node.ToJsonString()}; expected a number", 0);

    private static string? Text(JsonObject body, string field) => body[field]?.ToString();

    private static T Problem<T>(List<string> problems, string problem, T otherwise)
    {
        problems.Add(problem);
        return otherwise;
    }
}
