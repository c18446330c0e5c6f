using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>What a container's security context leaves its programs, as arguments of <c>setpriv</c>.</summary>
internal static class Privileges
{
    /// <summary>What container runtimes give, less the making of device nodes: no device rule stands behind it here.</summary>
    private static readonly string[] Usual =
    [
        "chown", "dac_override", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap", "net_bind_service", "net_raw", "sys_chroot",
        "audit_write", "setfcap",
    ];

    public static string Of(JsonObject pod, JsonObject container, bool isRoot)
    {
        var own = container["securityContext"];
        var shared = pod["spec"]?["securityContext"];
        var kept = new HashSet<string>(Usual);
        foreach (var name in Names(own?["capabilities"]?["drop"]))
        {
            if (name == "all")
            {
                kept.Clear();
            }

            kept.Remove(name);
        }

        kept.UnionWith(Names(own?["capabilities"]?["add"]).Where(Usual.Contains));
        var arguments = $"--bounding-set={string.Join(',', kept.Select(name => $"+{name}").Prepend("-all"))}";
        if (own?["allowPrivilegeEscalation"] is { } escalation && !escalation.IsTrue())
        {
            arguments += " --no-new-privs";
        }

        // A user namespace of an unprivileged user has one user only.
        var user = own?["runAsUser"].AsNumber() ?? shared?["runAsUser"].AsNumber();
        var group = own?["runAsGroup"].AsNumber() ?? shared?["runAsGroup"].AsNumber() ?? 0;
        return isRoot && user is > 0 ? $"{arguments} --reuid={user} --regid={group} --clear-groups" : arguments;
    }

    private static long? AsNumber(this JsonNode? node) => Storage.JsonObjectMetadata.AsLong(node);

    private static IEnumerable<string> Names(JsonNode? list) =>
        (list as JsonArray)?.Select(item => (item.Text() ?? "").ToLowerInvariant()).Select(name => name.StartsWith("cap_", StringComparison.Ordinal) ? name[4..] : name) ?? [];
}
