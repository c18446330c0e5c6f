namespace Provisioner.Tools.Gcloud.Answers;

/// <summary>A long operation on a cluster.</summary>
internal sealed record GkeOperation
{
    public required string Name { get; init; }

    public string? Status { get; init; }

    public string? StatusMessage { get; init; }

    public OperationError? Error { get; init; }
}
