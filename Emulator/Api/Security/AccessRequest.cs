using Emulator.Api.Http;

namespace Emulator.Api.Security;

/// <summary>What somebody wants to do, as RBAC looks at it.</summary>
internal sealed record AccessRequest
{
    public required string Verb { get; init; }

    public bool IsResource { get; init; } = true;

    public string Group { get; init; } = "";

    public string Resource { get; init; } = "";

    public string Subresource { get; init; } = "";

    public string Namespace { get; init; } = "";

    public string Name { get; init; } = "";

    public string Path { get; init; } = "";

    public string ResourceAndSubresource => Subresource.Length == 0 ? Resource : $"{Resource}/{Subresource}";

    public static AccessRequest From(RequestInfo info) => new()
    {
        Verb = info.Verb,
        IsResource = info.IsResource,
        Group = info.Group,
        Resource = info.Resource,
        Subresource = info.Subresource,
        Namespace = info.Namespace,
        Name = info.Name,
        Path = info.Path,
    };
}
