using System.Text.Json.Serialization;

namespace Provisioner.Doctor;

/// <summary>How bad a finding is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Severity>))]
public enum Severity
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Not needed for the mode that was asked about.</summary>
    Note,

    /// <summary>The lab runs, perhaps badly.</summary>
    Warning,

    /// <summary>The lab does not run.</summary>
    Error,
}
