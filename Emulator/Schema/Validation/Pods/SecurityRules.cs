using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>The rules for the security contexts of pods and containers.</summary>
internal static class SecurityRules
{
    public static void Pod(JsonObject spec, string field, Causes causes)
    {
        if (spec.Map("securityContext") is not { } context)
        {
            return;
        }

        var path = $"{field}.securityContext";
        CheckIdentities(context, path, causes, "fsGroup", "runAsUser", "runAsGroup");
        var at = 0;
        foreach (var group in (context["supplementalGroups"] as JsonArray ?? []).Select(group => group.AsLong() ?? 0))
        {
            causes.Fit($"{path}.supplementalGroups[{at++}]", group, Names.Identity(group));
        }

        if (spec.IsTrue("shareProcessNamespace") && spec.IsTrue("hostPID"))
        {
            causes.Invalid($"{path}.shareProcessNamespace", "true", "ShareProcessNamespace and HostPID cannot both be enabled");
        }

        CheckSysctls(context, $"{path}.sysctls", causes);
        causes.OneOf(context, path, "fsGroupChangePolicy", "Always", "OnRootMismatch");
        CheckSeccomp(context.Map("seccompProfile"), $"{path}.seccompProfile", causes);
    }

    public static void Container(JsonObject? context, string path, Causes causes)
    {
        if (context is null)
        {
            return;
        }

        CheckIdentities(context, path, causes, "runAsUser", "runAsGroup");
        causes.OneOf(context, path, "procMount", "Default", "Unmasked");
        CheckSeccomp(context.Map("seccompProfile"), $"{path}.seccompProfile", causes);
        if (context["allowPrivilegeEscalation"] is JsonValue allowed && allowed.TryGetValue<bool>(out var escalates) && !escalates)
        {
            if (context.IsTrue("privileged"))
            {
                causes.Invalid(path, GoLiteral.Struct("core.SecurityContext", context), "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
            }

            if (context.Map("capabilities")?["add"] is JsonArray added && added.Any(capability => capability?.ToString() == "CAP_SYS_ADMIN"))
            {
                causes.Invalid(path, GoLiteral.Struct("core.SecurityContext", context), "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
            }
        }
    }

    private static void CheckIdentities(JsonObject context, string path, Causes causes, params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
        {
            if (context[field].AsLong() is { } number)
            {
                causes.Fit($"{path}.{field}", number, Names.Identity(number));
            }
        }
    }

    private static void CheckSysctls(JsonObject context, string path, Causes causes)
    {
        var names = new HashSet<string>();
        var at = 0;
        foreach (var name in context.Items("sysctls").Select(sysctl => sysctl.Text("name") ?? ""))
        {
            var field = $"{path}[{at++}].name";
            if (name.Length == 0)
            {
                causes.Required(field);
            }
            else if (!names.Add(name))
            {
                causes.Duplicate(field, GoQuote.Text(name));
            }
        }
    }

    private static void CheckSeccomp(JsonObject? profile, string path, Causes causes)
    {
        if (profile is null)
        {
            return;
        }

        causes.Need(profile, path, "type", "type is required when seccompProfile is set");
        causes.OneOf(profile, path, "type", "Localhost", "RuntimeDefault", "Unconfined");
        var local = profile.Text("localhostProfile");
        if (profile.Text("type") != "Localhost")
        {
            if (local is not null)
            {
                causes.Invalid($"{path}.localhostProfile", GoLiteral.Struct("core.SeccompProfile", profile), "can only be set when seccomp type is Localhost");
            }
        }
        else if (local is null)
        {
            causes.Required($"{path}.localhostProfile", "must be set when seccomp type is Localhost");
        }
        else
        {
            VolumeRules.CheckDescending(local, $"{path}.localhostProfile", causes);
        }
    }
}
