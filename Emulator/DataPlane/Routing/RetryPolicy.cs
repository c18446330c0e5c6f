using Forwarding;

namespace Emulator.DataPlane.Routing;

/// <summary>Which failures are tried again, and how often.</summary>
internal sealed class RetryPolicy
{
    private readonly bool connectFailure;
    private readonly bool reset;
    private readonly bool gatewayError;
    private readonly bool anyServerError;
    private readonly HashSet<int> statuses = [];
    private readonly TimeSpan? backoff;

    public RetryPolicy(int attempts, string retryOn, TimeSpan? backoff = null)
    {
        this.backoff = backoff;
        Attempts = attempts;
        foreach (var condition in retryOn.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            connectFailure |= condition is "connect-failure" or "5xx" or "gateway-error" or "reset";
            reset |= condition is "reset" or "reset-before-request" or "5xx" or "gateway-error" or "refused-stream" or "unavailable";
            gatewayError |= condition is "gateway-error";
            anyServerError |= condition is "5xx";
            if (int.TryParse(condition, out var status))
            {
                statuses.Add(status);
            }
            else if (condition is "retriable-4xx")
            {
                // The only one of them that may go well when it is tried again.
                statuses.Add(StatusCodes.Status409Conflict);
            }
            else if (condition is "retriable-status-codes")
            {
                // Istio's default list.
                statuses.Add(StatusCodes.Status503ServiceUnavailable);
            }
        }
    }

    /// <summary>Attempts after the first.</summary>
    public int Attempts { get; }

    /// <summary>How long to wait before the next attempt: a random time up to the backoff doubled with each attempt, at most ten times it (as Envoy).</summary>
    public TimeSpan? Pause(int attempt) =>
        backoff is { } first ? first * (Random.Shared.NextDouble() * Math.Min(10, Math.Pow(2, attempt))) : null;

    public bool Retries(UpstreamFailure failure) => failure switch
    {
        UpstreamFailure.Connect or UpstreamFailure.ConnectTimeout or UpstreamFailure.Tls => connectFailure,
        UpstreamFailure.Reset => reset,
        UpstreamFailure.Timeout => Retries(StatusCodes.Status504GatewayTimeout),
        _ => false,
    };

    public bool Retries(int status) =>
        (status >= 500 && anyServerError) || (status is 502 or 503 or 504 && gatewayError) || statuses.Contains(status);
}
