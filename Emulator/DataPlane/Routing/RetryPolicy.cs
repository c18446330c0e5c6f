using Emulator.DataPlane.Upstream;

namespace Emulator.DataPlane.Routing;

/// <summary>Which failures are tried again, and how often.</summary>
internal sealed class RetryPolicy
{
    private readonly bool connectFailure;
    private readonly bool reset;
    private readonly bool gatewayError;
    private readonly bool anyServerError;
    private readonly HashSet<int> statuses = [];

    public RetryPolicy(int attempts, string retryOn)
    {
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
            else if (condition is "retriable-status-codes")
            {
                // Istio's default list.
                statuses.Add(StatusCodes.Status503ServiceUnavailable);
            }
        }
    }

    /// <summary>Attempts after the first.</summary>
    public int Attempts { get; }

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
