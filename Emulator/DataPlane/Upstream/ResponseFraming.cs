namespace Emulator.DataPlane.Upstream;

/// <summary>How the end of an answer's body is known.</summary>
internal enum ResponseFraming
{
    UntilClose,
    None,
    Length,
    Chunked,
}
