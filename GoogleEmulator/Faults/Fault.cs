using System.Text.RegularExpressions;
using GoogleEmulator.Http;
using GoogleEmulator.Operations;

namespace GoogleEmulator.Faults;

/// <summary>What is to go wrong with requests of one kind.</summary>
internal sealed class Fault(string id, int times)
{
    private int remaining = times;

    public string Id => id;

    /// <summary>How many more requests it strikes.</summary>
    public int Remaining => Volatile.Read(ref remaining);

    /// <summary>The HTTP method; null for any.</summary>
    public string? Method { get; init; }

    /// <summary>Has to match the path somewhere.</summary>
    public required Regex Path { get; init; }

    /// <summary>How long the request waits before anything else.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The answer instead of the method's own.</summary>
    public GoogleException? Error { get; init; }

    /// <summary>Breaks the connection: before the request has an effect, or after it.</summary>
    public Drop Drop { get; init; }

    /// <summary>The operation that the request begins ends with this.</summary>
    public OperationError? OperationError { get; init; }

    /// <summary>The operation that the request begins never ends.</summary>
    public bool OperationStuck { get; init; }

    /// <summary>Takes one of its times for a request that it fits.</summary>
    public bool TryTake(HttpRequest request)
    {
        if ((Method is not null && !string.Equals(Method, request.Method, StringComparison.OrdinalIgnoreCase)) || !Path.IsMatch(request.Path.Value ?? ""))
        {
            return false;
        }

        while (Remaining is > 0 and var left)
        {
            if (Interlocked.CompareExchange(ref remaining, left - 1, left) == left)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Waits, breaks the connection or refuses, as it says; true when the request was dealt with.</summary>
    public async Task<bool> StrikeAsync(HttpContext http)
    {
        await Task.Delay(Delay, http.RequestAborted);
        if (Drop == Drop.Before)
        {
            http.Abort();
            return true;
        }

        if (Error is { } error)
        {
            await JsonBody.WriteAsync(http.Response, error.Code, error.ToBody());
            return true;
        }

        return false;
    }
}
