using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using GoogleEmulator.Http;

namespace GoogleEmulator.Operations;

/// <summary>The operations of one project, of all APIs.</summary>
internal sealed class OperationTable(EmulatorOptions options, TimeProvider time, CancellationToken stopping, ILogger logger)
{
    private readonly ConcurrentDictionary<(string Api, string Id), Operation> operations = new();

    /// <summary>Runs work that takes at least the emulator's operation delay, unless the request's fault lets it fail or hang.</summary>
    /// <param name="work">What is to be done; its result is the operation's response.</param>
    /// <param name="failed">What is left behind when the operation fails.</param>
    public Operation Begin(
        ApiCall call, GoogleApi api, string location, string type, string target, Func<CancellationToken, Task<JsonObject?>> work, Action<string>? failed = null)
    {
        var now = time.GetUtcNow();
        var operation = new Operation
        {
            Id = string.Create(
                CultureInfo.InvariantCulture, $"operation-{now.ToUnixTimeMilliseconds()}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}"),
            Location = location,
            Type = type,
            Target = target,
            StartTime = now,
        };
        operations[(api.Prefix, operation.Id)] = operation;
        var fault = call.Fault;
        if (fault?.OperationStuck != true)
        {
            _ = RunAsync(operation, fault?.OperationError, work, failed);
        }

        return operation;
    }

    public Operation Find(GoogleApi api, string id) =>
        operations.GetValueOrDefault((api.Prefix, id)) ?? throw GoogleException.NotFound($"Operation {id} was not found.");

    public IEnumerable<Operation> All(GoogleApi api, string location) => operations
        .Where(entry => entry.Key.Api == api.Prefix && (location == "-" || entry.Value.Location == location))
        .Select(entry => entry.Value)
        .OrderBy(operation => operation.StartTime);

    /// <summary>The operation that works on a target now, or null.</summary>
    public Operation? RunningOn(GoogleApi api, string target) => All(api, "-").FirstOrDefault(operation => !operation.IsDone && operation.Target == target);

    private async Task RunAsync(
        Operation operation, OperationError? injected, Func<CancellationToken, Task<JsonObject?>> work, Action<string>? failed)
    {
        var (response, error) = ((JsonObject?)null, injected);
        try
        {
            var delay = Task.Delay(options.OperationDelay, time, stopping);
            if (injected is null)
            {
                response = await work(stopping);
            }

            await delay;
        }
        catch (OperationFailedException failure)
        {
            error = failure.Error;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return;
        }
        catch (Exception failure)
        {
            // Whatever it is, a poller has to hear of it.
            logger.LogError(failure, "{Type} of {Target} failed", operation.Type, operation.Target);
            error = new OperationError(13, failure.Message);
        }

        if (error is not null)
        {
            failed?.Invoke(error.Message);
        }

        operation.Complete(time.GetUtcNow(), response, error);
        logger.LogInformation("{Type} of {Target}: {Outcome}", operation.Type, operation.Target, error?.Message ?? "done");
    }
}
