using Emulator.Api.Resources;
using Emulator.Api.Security;
using Emulator.Schema;
using Emulator.Storage;

namespace Emulator.Api.Http;

/// <summary>One request on its way through the API, with what has been found out about it so far.</summary>
internal sealed class ApiRequest(HttpContext http, RequestInfo info, UserInfo user)
{
    private const int MaxManager = 128;

    private ResourceDefinition? definition;

    public HttpContext Http => http;

    public RequestInfo Info => info;

    public UserInfo User => user;

    public CancellationToken Aborted => http.RequestAborted;

    /// <summary>Texts for Warning headers.</summary>
    public List<string> Warnings { get; } = [];

    public ResourceDefinition Definition
    {
        get => definition ?? throw new InvalidOperationException($"{info.Path} names no resource type");
        set => definition = value;
    }

    /// <summary>The type under which the object is stored: both groups of events share one.</summary>
    public ResourceType Type => Definition.Type == EventConversion.Type ? KnownTypes.Events : Definition.Type;

    /// <summary>The namespace of the object asked for; empty for cluster-scoped ones.</summary>
    public string Namespace => Definition.Namespaced ? info.Namespace : "";

    public string ApiVersion => Definition.ApiVersion(info.Version);

    public string? Query(string name) => http.Request.Query.TryGetValue(name, out var values) && values.Count > 0 ? values[0] : null;

    /// <exception cref="ApiException">422: a dry run of a kind that there is not.</exception>
    public void CheckOptions(string kind)
    {
        if (Query("dryRun") is { Length: > 0 } dryRun and not "All")
        {
            throw ApiErrors.Invalid("meta.k8s.io", kind, "", [new FieldCause(
                "FieldValueNotSupported", $"Unsupported value: []string{{\"{dryRun}\"}}: supported values: \"All\"", "dryRun")]);
        }

        if (Query("fieldManager") is { Length: > 0 } manager && ManagerFault(manager) is { } fault)
        {
            throw ApiErrors.Invalid("meta.k8s.io", kind, "", [fault]);
        }

        if (Query("fieldValidation") is { Length: > 0 } mode and not ("Ignore" or "Warn" or "Strict"))
        {
            throw ApiErrors.Invalid("meta.k8s.io", kind, "", [new FieldCause(
                "FieldValueNotSupported", $"Unsupported value: \"{mode}\": supported values: \"\", \"Ignore\", \"Strict\", \"Warn\"", "fieldValidation")]);
        }
    }

    private static FieldCause? ManagerFault(string manager) =>
        manager.Length > MaxManager ? new FieldCause("FieldValueTooLong", $"Too long: may not be more than {MaxManager} bytes", "fieldManager")
        : manager.AsSpan().IndexOfAnyInRange('\0', '\x1f') is >= 0 and var at
            ? new FieldCause("FieldValueInvalid", $"Invalid value: {GoQuote.Text(manager)}: invalid character U+{(int)manager[at]:X4} (at position {at})", "fieldManager")
        : null;

    /// <summary>A query parameter as Go reads booleans: present and neither <c>false</c> nor <c>0</c>.</summary>
    public bool Flag(string name) => Query(name) is { } value && value is not ("false" or "0" or "f" or "F" or "False" or "FALSE");

    /// <summary>Set when the body of a deletion asks for a dry run.</summary>
    public bool ForceDryRun { get; set; }

    public bool DryRun => ForceDryRun || Query("dryRun") is { Length: > 0 };

    /// <summary>The name under which the writer's fields are tracked: asked for, or the program's name as the real server cuts it.</summary>
    public string FieldManager
    {
        get
        {
            if (Query("fieldManager") is { Length: > 0 } asked)
            {
                return asked;
            }

            var agent = http.Request.Headers.UserAgent.ToString();
            var program = agent.Split('/', 2)[0];
            return program.Length == 0 ? "unknown" : program.Length > MaxManager ? program[..MaxManager] : program;
        }
    }

    public string FieldValidation => Query("fieldValidation") is { Length: > 0 } mode ? mode : "Warn";

    public WriteOptions WriteOptions => new() { User = user.Name, Groups = user.Groups, FieldManager = FieldManager, DryRun = DryRun, ApiVersion = ApiVersion };
}
