using System.Globalization;

namespace Emulator.Schema.Validation;

/// <summary>What is wrong with the schedule of a CronJob, in the words of github.com/robfig/cron, which the real server parses it with.</summary>
internal static class CronSchedule
{
    private static readonly string[] Descriptors = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

    private static readonly (int Low, int High, string[] Words)[] Fields =
    [
        (0, 59, []), (0, 23, []), (1, 31, []),
        (1, 12, ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
        (0, 6, ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ];

    public static string? Fault(string schedule)
    {
        if (schedule.Contains("TZ", StringComparison.Ordinal))
        {
            return "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
        }

        if (schedule.StartsWith('@'))
        {
            return Descriptors.Contains(schedule) || schedule.StartsWith("@every ", StringComparison.Ordinal) ? null : $"unrecognized descriptor: {schedule}";
        }

        var parts = schedule.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != Fields.Length)
        {
            return $"expected exactly 5 fields, found {parts.Length}: [{string.Join(' ', parts)}]";
        }

        return parts.Zip(Fields, (part, field) => part.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(range => OfRange(range, field)).FirstOrDefault(fault => fault is not null))
            .FirstOrDefault(fault => fault is not null);
    }

    private static string? OfRange(string expression, (int Low, int High, string[] Words) field)
    {
        var steps = expression.Split('/');
        var ends = steps[0].Split('-');
        var (start, end) = (field.Low, field.High);
        if (ends[0] is not ("*" or "?"))
        {
            if (OfNumber(ends[0], field.Words, out start) is { } fault)
            {
                return fault;
            }

            end = start;
            if (ends.Length > 2)
            {
                return $"too many hyphens: {expression}";
            }

            if (ends.Length == 2 && OfNumber(ends[1], field.Words, out end) is { } wrong)
            {
                return wrong;
            }
        }

        if (steps.Length > 2)
        {
            return $"too many slashes: {expression}";
        }

        var step = 1;
        if (steps.Length == 2)
        {
            if (OfNumber(steps[1], [], out step) is { } fault)
            {
                return fault;
            }

            end = ends.Length == 1 ? field.High : end;
        }

        return start < field.Low ? $"beginning of range ({start}) below minimum ({field.Low}): {expression}"
            : end > field.High ? $"end of range ({end}) above maximum ({field.High}): {expression}"
            : start > end ? $"beginning of range ({start}) beyond end of range ({end}): {expression}"
            : step == 0 ? $"step of range should be a positive number: {expression}"
            : null;
    }

    private static string? OfNumber(string text, string[] words, out int number)
    {
        var word = Array.IndexOf(words, text.ToLowerInvariant());
        number = word < 0 ? 0 : word + (words.Length == 12 ? 1 : 0);
        if (word >= 0 || int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number))
        {
            return number >= 0 ? null : $"negative number ({number}) not allowed: {text}";
        }

        return $"failed to parse int from {text}: strconv.Atoi: parsing {GoQuote.Text(text)}: invalid syntax";
    }
}
