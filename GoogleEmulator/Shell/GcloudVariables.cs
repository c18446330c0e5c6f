using GoogleEmulator.Http;

namespace GoogleEmulator.Shell;

/// <summary>The variables that point a shell's gcloud at this emulator, and at no configuration of the user's own.</summary>
internal static class GcloudVariables
{
    /// <summary>Who the caller is, as far as anybody asks.</summary>
    public const string Account = "rehearsal@lab.invalid";

    /// <param name="folder">The emulator's folder.</param>
    /// <param name="baseUrl">Where it listens, without a slash at the end.</param>
    public static IReadOnlyDictionary<string, string> For(string folder, string baseUrl, string project)
    {
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["CLOUDSDK_CONFIG"] = Path.Combine(folder, "gcloud"),
            ["CLOUDSDK_CORE_PROJECT"] = project,
            ["CLOUDSDK_CORE_ACCOUNT"] = Account,
            ["CLOUDSDK_CORE_DISABLE_PROMPTS"] = "1",
            ["CLOUDSDK_CORE_DISABLE_USAGE_REPORTING"] = "true",
            ["CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK"] = "true",
            ["CLOUDSDK_AUTH_ACCESS_TOKEN_FILE"] = Path.Combine(folder, "token"),
        };
        foreach (var api in GoogleApi.All)
        {
            var root = api == GoogleApi.Compute ? $"{baseUrl}/{api.Prefix}/v1/" : $"{baseUrl}/{api.Prefix}/";
            variables[$"CLOUDSDK_API_ENDPOINT_OVERRIDES_{api.Prefix.ToUpperInvariant()}"] = root;
        }

        return variables;
    }
}
