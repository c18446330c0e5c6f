using System.Collections.Concurrent;
using GoogleEmulator.Compute;
using GoogleEmulator.Fleets;
using GoogleEmulator.Http;
using GoogleEmulator.Operations;
using GoogleEmulator.Services;

namespace GoogleEmulator.Projects;

/// <summary>A project with everything in it.</summary>
internal sealed class Project(string id, long number, DateTimeOffset created, OperationTable operations)
{
    public string Id => id;

    public long Number => number;

    public DateTimeOffset Created => created;

    public OperationTable Operations => operations;

    public EnabledServices Services { get; } = new(id, number);

    public Fleet Fleet { get; } = new(id, created);

    /// <summary>What was made through the Compute API, or left behind there.</summary>
    public ComputeTable Compute { get; } = new(id, created);

    public IamPolicy Policy { get; } = new();

    /// <summary>Permissions that the caller does not have; it has all others.</summary>
    public ConcurrentDictionary<string, bool> DeniedPermissions { get; } = new();

    /// <summary>Refuses a caller without the permission, and an API that is not enabled.</summary>
    public void Check(GoogleApi api, string? permission)
    {
        if (api.NeedsEnabling && !Services.IsEnabled(api.Service))
        {
            throw EnabledServices.Disabled(api, id);
        }

        if (permission is not null)
        {
            CheckPermission(api, permission);
        }
    }

    public void CheckPermission(GoogleApi api, string permission)
    {
        if (DeniedPermissions.ContainsKey(permission))
        {
            throw Denied(api, permission);
        }
    }

    private GoogleException Denied(GoogleApi api, string permission) => GoogleException.Forbidden(api.Prefix switch
    {
        "container" => $"Required \"{permission}\" permission(s) for \"projects/{id}\".",
        "compute" => $"Required '{permission}' permission for 'projects/{id}'",
        _ => $"Permission '{permission}' denied on resource '//{api.Service}/projects/{id}' (or it may not exist).",
    });
}
