using System.Text.Json.Nodes;

namespace GoogleEmulator.Operations;

/// <summary>A long-running operation of one of the APIs.</summary>
internal sealed class Operation
{
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The last part of its name, such as <c>operation-1763989200000-5f2a1c3b</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Where it runs: a zone, a region or <c>global</c>.</summary>
    public required string Location { get; init; }

    /// <summary>The API's word for what it does, such as <c>CREATE_CLUSTER</c> or <c>insert</c>.</summary>
    public required string Type { get; init; }

    /// <summary>What it works on, as a path that begins with <c>projects/</c>.</summary>
    public required string Target { get; init; }

    public required DateTimeOffset StartTime { get; init; }

    public DateTimeOffset? EndTime { get; private set; }

    public OperationError? Error { get; private set; }

    /// <summary>What it made, where its API tells that.</summary>
    public JsonObject? Response { get; private set; }

    public bool IsDone => done.Task.IsCompleted;

    /// <summary>Ends with the operation.</summary>
    public Task Completion => done.Task;

    public void Complete(DateTimeOffset now, JsonObject? response, OperationError? error)
    {
        EndTime = now;
        Response = response;
        Error = error;
        done.TrySetResult();
    }
}
