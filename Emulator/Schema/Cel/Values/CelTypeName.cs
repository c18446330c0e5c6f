using System.Net;

namespace Emulator.Schema.Cel;

/// <summary>A type as a value: what <c>type(x)</c> gives, and <c>string</c> or <c>int</c> stand for.</summary>
internal sealed record CelTypeName(string Name)
{
    private static readonly HashSet<string> Known =
    [
        "int", "uint", "double", "bool", "string", "bytes", "list", "map", "null_type", "type", "google.protobuf.Timestamp", "google.protobuf.Duration",
    ];

    public static CelTypeName? Find(string name) => Known.Contains(name) ? new CelTypeName(name) : null;

    public static CelTypeName Of(object? value) => new(value switch
    {
        null => "null_type",
        bool => "bool",
        long => "int",
        ulong => "uint",
        double => "double",
        string => "string",
        byte[] => "bytes",
        TimeSpan => "google.protobuf.Duration",
        DateTimeOffset => "google.protobuf.Timestamp",
        ICelMap => "map",
        CelOptional => "optional_type",
        CelQuantity => "kubernetes.Quantity",
        IPAddress => "net.IP",
        CelCidr => "net.CIDR",
        Uri => "kubernetes.URL",
        CelTypeName => "type",
        _ => "list",
    });
}
