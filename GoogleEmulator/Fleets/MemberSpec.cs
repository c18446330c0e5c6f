using System.Text.Json.Nodes;

namespace GoogleEmulator.Fleets;

/// <summary>What was asked for of one member, such as <c>{"management":"MANAGEMENT_AUTOMATIC"}</c>.</summary>
internal sealed record MemberSpec(JsonObject Spec, DateTimeOffset Created, DateTimeOffset Updated)
{
    public string? Management => Spec["management"]?.ToString() ?? Spec["controlPlane"]?.ToString() switch
    {
        "AUTOMATIC" => "MANAGEMENT_AUTOMATIC",
        "MANUAL" => "MANAGEMENT_MANUAL",
        _ => null,
    };
}
