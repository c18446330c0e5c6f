namespace Emulator.Schema.Cel;

/// <summary>The operators between two values.</summary>
internal static class CelOperators
{
    public static object? Operate(string symbol, object? left, object? right) => symbol switch
    {
        "==" => CelValues.AreEqual(left, right),
        "!=" => !CelValues.AreEqual(left, right),
        "<" => CelValues.Compare(left, right) < 0,
        "<=" => CelValues.Compare(left, right) <= 0,
        ">" => CelValues.Compare(left, right) > 0,
        ">=" => CelValues.Compare(left, right) >= 0,
        "in" => right is ICelMap map ? map.TryGet(left, out _) : CelValues.Items(right).Any(item => CelValues.AreEqual(item, left)),
        _ => Arithmetic(symbol, left, right),
    };

    public static object? Negative(object? value) => value switch
    {
        long and long.MinValue => throw new CelException("integer overflow"),
        long whole => -whole,
        double number => -number,
        TimeSpan span => -span,
        _ => throw new CelException("no such overload"),
    };

    /// <summary>Whether it is what its type begins with: 0, an empty text, an empty list.</summary>
    public static bool IsZero(object? value) => value switch
    {
        null or false or 0L or 0UL or 0d or "" or byte[] { Length: 0 } or List<object?> { Count: 0 } or ICelMap { Count: 0 } => true,
        TimeSpan span => span == TimeSpan.Zero,
        _ => false,
    };

    private static object? Arithmetic(string symbol, object? left, object? right)
    {
        try
        {
            return (symbol, left, right) switch
            {
                ("+", string one, string other) => one + other,
                ("+", byte[] one, byte[] other) => (byte[])[.. one, .. other],
                ("+", CelList one, List<object?> other) => one.With(other),
                ("+", List<object?> one, List<object?> other) => one.Concat(other).ToList(),
                ("+", TimeSpan one, TimeSpan other) => one + other,
                ("+", DateTimeOffset time, TimeSpan span) => time + span,
                ("+", TimeSpan span, DateTimeOffset time) => time + span,
                ("-", TimeSpan one, TimeSpan other) => one - other,
                ("-", DateTimeOffset one, DateTimeOffset other) => one - other,
                ("-", DateTimeOffset time, TimeSpan span) => time - span,
                (_, long one, long other) => Whole(symbol, one, other),
                (_, ulong one, ulong other) => Unsigned(symbol, one, other),
                (not "%", double one, double other) => symbol switch { "+" => one + other, "-" => one - other, "*" => one * other, _ => one / other },
                _ => throw new CelException("no such overload"),
            };
        }
        catch (Exception fault) when (fault is OverflowException or ArgumentOutOfRangeException)
        {
            throw new CelException(left is ulong ? "unsigned integer overflow" : left is long ? "integer overflow" : $"{(left is TimeSpan ? "duration" : "timestamp")} overflow");
        }
    }

    private static long Whole(string symbol, long one, long other) => symbol switch
    {
        "+" => checked(one + other),
        "-" => checked(one - other),
        "*" => checked(one * other),
        "/" => other == 0 ? throw new CelException("division by zero") : one / other,
        _ => other == 0 ? throw new CelException("modulus by zero") : other == -1 ? 0 : one % other,
    };

    private static ulong Unsigned(string symbol, ulong one, ulong other) => symbol switch
    {
        "+" => checked(one + other),
        "-" => checked(one - other),
        "*" => checked(one * other),
        "/" => other == 0 ? throw new CelException("division by zero") : one / other,
        _ => other == 0 ? throw new CelException("modulus by zero") : one % other,
    };
}
