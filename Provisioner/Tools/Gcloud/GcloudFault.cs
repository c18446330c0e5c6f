namespace Provisioner.Tools.Gcloud;

/// <summary>What kind of failure gcloud reported.</summary>
internal enum GcloudFault
{
    Other,

    /// <summary>There is no gcloud.</summary>
    NotInstalled,
    NotLoggedIn,
    NotFound,
    AlreadyExists,
    Denied,
    ApiDisabled,
    Quota,

    /// <summary>Another operation holds the thing; a later try can succeed.</summary>
    Busy,

    /// <summary>No answer, or one of a server in trouble; a later try can succeed.</summary>
    Unreachable,
}
