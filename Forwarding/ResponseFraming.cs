namespace Forwarding;

/// <summary>How the end of an answer's body is known.</summary>
public enum ResponseFraming
{
    UntilClose,
    None,
    Length,
    Chunked,
}
