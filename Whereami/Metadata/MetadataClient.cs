using System.Net;
using System.Text.Json;

namespace Whereami.Metadata;

/// <summary>Asks Google's metadata server, or one like it, about the machine.</summary>
internal sealed class MetadataClient(Uri server, HttpMessageHandler handler, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10)];

    /// <summary>Asks until there is an answer or the retries are used up.</summary>
    /// <param name="firstAttemptDone">Called once, when it is known whether the first attempt succeeded.</param>
    public async Task<InstanceMetadata?> FetchAsync(Action<InstanceMetadata?> firstAttemptDone, CancellationToken stopping)
    {
        for (var attempt = 0; ; attempt++)
        {
            var (answer, problem, worthRetrying) = await TryAsync(stopping);
            if (attempt == 0)
            {
                firstAttemptDone(answer);
            }

            if (answer is not null)
            {
                return answer;
            }

            if (!worthRetrying || attempt == Pauses.Length)
            {
                logger.LogWarning(
                    "Metadata server {Server}: {Problem}. CLUSTER_NAME, ZONE and PROJECT_ID stand in for its answer where they are set", server, problem);
                return null;
            }

            await Task.Delay(Pauses[attempt], time, stopping);
        }
    }

    private async Task<(InstanceMetadata? Answer, string Problem, bool WorthRetrying)> TryAsync(CancellationToken stopping)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(AttemptTimeout);
        try
        {
            using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server, "/computeMetadata/v1/?recursive=true"));
            request.Headers.Add("Metadata-Flavor", "Google");
            using var response = await invoker.SendAsync(request, limit.Token);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                return (null, $"answered {(int)response.StatusCode}", (int)response.StatusCode >= 500);
            }

            await using var body = await response.Content.ReadAsStreamAsync(limit.Token);
            using var document = await JsonDocument.ParseAsync(body, cancellationToken: limit.Token);
            return (InstanceMetadata.Read(document.RootElement), "", false);
        }
        catch (JsonException)
        {
            return (null, "did not answer with JSON", false);
        }
        catch (Exception error) when (error is HttpRequestException or IOException
            || (error is OperationCanceledException && !stopping.IsCancellationRequested))
        {
            return (null, error is OperationCanceledException ? $"no answer in {AttemptTimeout.TotalSeconds:0} s" : error.Message, true);
        }
    }
}
