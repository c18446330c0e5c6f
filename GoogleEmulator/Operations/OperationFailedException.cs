namespace GoogleEmulator.Operations;

/// <summary>Ends an operation with an error that its API shows.</summary>
internal sealed class OperationFailedException(int code, string message) : Exception(message)
{
    public OperationError Error { get; } = new(code, message);
}
