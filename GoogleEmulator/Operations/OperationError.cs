namespace GoogleEmulator.Operations;

/// <summary>Why an operation failed.</summary>
/// <param name="Code">The canonical code's number, as in google.rpc.Status: 9 is FAILED_PRECONDITION.</param>
internal sealed record OperationError(int Code, string Message);
