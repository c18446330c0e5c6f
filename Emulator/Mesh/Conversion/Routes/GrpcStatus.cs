namespace Emulator.Mesh.Conversion;

/// <summary>The names of gRPC's status codes.</summary>
internal static class GrpcStatus
{
    private static readonly string[] Names =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    /// <summary>The code of a name or number; null when there is none such.</summary>
    public static int? Parse(string text) =>
        int.TryParse(text, out var number) ? number is >= 0 and <= 16 ? number : null
        : Array.IndexOf(Names, text.ToUpperInvariant()) is >= 0 and var index ? index
        : null;

    /// <summary>The HTTP status that stands for a code (google.rpc.Code).</summary>
    public static int ToHttp(int code) => code switch
    {
        0 => 200,
        1 => 499,
        3 or 9 or 11 => 400,
        4 => 504,
        5 => 404,
        6 or 10 => 409,
        7 => 403,
        8 => 429,
        12 => 501,
        14 => 503,
        16 => 401,
        _ => 500,
    };
}
