using System.Text.RegularExpressions;

namespace Provisioner.Tools.Gcloud;

/// <summary>Reads what gcloud prints when it fails.</summary>
internal static partial class GcloudErrors
{
    /// <summary>The cure where gcloud has no account, or one that has to log in anew.</summary>
    public const string LogIn = "Log in: gcloud auth login";

    private static readonly (GcloudFault Fault, Regex Sign)[] Signs =
    [
        (GcloudFault.NotLoggedIn, NotLoggedIn()),
        (GcloudFault.ApiDisabled, ApiDisabled()),
        (GcloudFault.Quota, Quota()),
        (GcloudFault.AlreadyExists, AlreadyExists()),
        (GcloudFault.NotFound, NotFound()),
        (GcloudFault.Denied, Denied()),
        // Before busy: a connection is "aborted" as well.
        (GcloudFault.Unreachable, Unreachable()),
        (GcloudFault.Busy, Busy()),
    ];

    public static GcloudException Explain(IReadOnlyList<string> arguments, GcloudResult result)
    {
        var message = Clean(result.Errors);
        // Signs stand in what is cut away as well, such as the reason SERVICE_DISABLED.
        var fault = Signs.FirstOrDefault(sign => sign.Sign.IsMatch(result.Errors)).Fault;
        return new GcloudException(
            fault,
            message.Length > 0 ? message : $"{GcloudLine.Of(arguments)} ended with exit code {result.ExitCode} and said nothing",
            Cure(fault, arguments, result.Errors));
    }

    /// <summary>gcloud's message in one line: no name of the command, no warnings, no notes on credentials, no dump of details.</summary>
    public static string Clean(string errors)
    {
        var lines = errors.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd())
            .SkipWhile(line => !line.StartsWith("ERROR:", StringComparison.Ordinal) && errors.Contains("ERROR:", StringComparison.Ordinal))
            .TakeWhile(line => !line.StartsWith("- '@type'", StringComparison.Ordinal) && !line.StartsWith("To search the help text", StringComparison.Ordinal))
            .Where(line => line.Length > 0 && !Noise().IsMatch(line));
        var text = Command().Replace(string.Join(' ', lines.Select(line => line.Trim())), "");
        text = Credentials().Replace(text, "");
        return Spaces().Replace(ResponseError().Replace(text, ""), " ").Trim();
    }

    private static string Cure(GcloudFault fault, IReadOnlyList<string> arguments, string errors)
    {
        var project = arguments.FirstOrDefault(argument => argument.StartsWith("--project=", StringComparison.Ordinal))?["--project=".Length..] ?? "PROJECT";
        return fault switch
        {
            GcloudFault.NotLoggedIn => LogIn,
            GcloudFault.ApiDisabled => $"Enable the API: gcloud services enable {Api().Match(errors) switch { { Success: true } api => api.Value, _ => "API" }} --project={project}",
            GcloudFault.Quota => "Ask for more quota in the console (IAM & Admin, Quotas), or take fewer or smaller nodes (Lab__Google__Nodes, Lab__Google__MachineType) or another zone",
            GcloudFault.Denied => $"Have a role granted that allows it: {Roles.Grant(project, Roles.For(Permission().Match(errors).Groups[1].Value, arguments))}",
            GcloudFault.Busy => "Wait until the other operation has ended and run the stage again",
            GcloudFault.Unreachable => "Look whether the network reaches Google (gcloud info --run-diagnostics) and run the stage again; nothing is lost",
            GcloudFault.NotFound => $"Look whether the name and the project are right: gcloud projects describe {project}",
            _ => $"See the same by hand: {GcloudLine.ByHand(arguments)}",
        };
    }

    [GeneratedRegex(@"do not currently have an active account|Reauthentication|invalid_grant|problem refreshing your current auth|invalid authentication credentials|UNAUTHENTICATED|Not authorized to access|gcloud auth login", RegexOptions.IgnoreCase)]
    private static partial Regex NotLoggedIn();

    [GeneratedRegex("SERVICE_DISABLED|has not been used in project|API \\[[^]]+\\] not enabled|it is disabled")]
    private static partial Regex ApiDisabled();

    [GeneratedRegex("Insufficient.*quota|QUOTA_EXCEEDED|quota.*exceeded|exceed.*quota", RegexOptions.IgnoreCase)]
    private static partial Regex Quota();

    [GeneratedRegex("ALREADY_EXISTS|already exists|code=409", RegexOptions.IgnoreCase)]
    private static partial Regex AlreadyExists();

    [GeneratedRegex("NOT_FOUND|not found|code=404|is not enabled|does not exist", RegexOptions.IgnoreCase)]
    private static partial Regex NotFound();

    [GeneratedRegex("PERMISSION_DENIED|code=403|does not have permission|[Pp]ermission.*denied|Required '[^']+' permission|forbidden", RegexOptions.IgnoreCase)]
    private static partial Regex Denied();

    [GeneratedRegex("ABORTED|incompatible operation|operation.*(in progress|is currently|already running)|is currently (creating|deleting|updating|being)|RESOURCE_IN_USE|resourceNotReady|currently operating", RegexOptions.IgnoreCase)]
    private static partial Regex Busy();

    [GeneratedRegex("UNAVAILABLE|DEADLINE_EXCEEDED|code=50[0234]|HttpError 50|Unable to find the server|ConnectionError|Connection refused|Connection reset|Connection aborted|Max retries exceeded|RemoteDisconnected|timed out|Network is unreachable|gcloud crashed \\((ConnectionError|TransportError|ServerNotFoundError|OSError|TimeoutError)", RegexOptions.IgnoreCase)]
    private static partial Regex Unreachable();

    [GeneratedRegex("^(WARNING:|Note:|Updates are available|\\s*\\$ gcloud components|\\s*gcloud (feedback|info --run-diagnostics)$|If you would like to report|To check gcloud for common problems|For more information, see)")]
    private static partial Regex Noise();

    // ERROR: (gcloud.container.clusters.create) ResponseError: code=403, message=…
    [GeneratedRegex(@"ERROR: (\(gcloud\.[a-z.\-]+\) )?")]
    private static partial Regex Command();

    [GeneratedRegex(@"(ResponseError|HttpError|PermissionDenied|NotFound): (code=\d+, )?(message=)?")]
    private static partial Regex ResponseError();

    [GeneratedRegex(@"This command is authenticated (with|as) .*?(property\.|account\.|environment variable\.|(?<=\S)\.(?=\s|$)|$)")]
    private static partial Regex Credentials();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\b(?!type\.)[a-z]+\.googleapis\.com\b")]
    private static partial Regex Api();

    [GeneratedRegex(@"['""]?\b((?:container|compute|gkehub|resourcemanager|serviceusage|meshconfig|iam)\.[a-zA-Z]+\.[a-zA-Z]+)\b")]
    private static partial Regex Permission();
}
