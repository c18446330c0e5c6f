using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Api.Schemas;

internal enum PatchKind
{
    Json,
    Merge,
    Strategic,
    Apply,
}

/// <summary>One PATCH request as the client sent it.</summary>
internal sealed record PatchRequest
{
    public required PatchKind Kind { get; init; }

    public required ResourceDefinition Resource { get; init; }

    /// <summary>The version of the request's path, such as <c>v1</c>.</summary>
    public required string Version { get; init; }

    public string Subresource { get; init; } = "";

    /// <summary>JSON; for <see cref="PatchKind.Apply"/> YAML or JSON.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    public required string FieldManager { get; init; }

    /// <summary>Whether an apply takes over fields that others own.</summary>
    public bool Force { get; init; }

    /// <summary>Strict, Warn or Ignore.</summary>
    public string FieldValidation { get; init; } = "Warn";
}

/// <summary>Computes what a patch makes of an object.</summary>
internal interface IPatcher
{
    /// <summary>The patched object. <paramref name="current"/> is a copy that may be changed and returned.</summary>
    /// <param name="current">The object in the request's version; null when an apply creates it.</param>
    /// <param name="warnings">Texts for Warning headers.</param>
    /// <exception cref="ApiException">400, 409 (apply conflicts), 415 or 422 as the real server says.</exception>
    JsonObject Patch(PatchRequest request, JsonObject? current, List<string> warnings);
}
