using System.Security.Cryptography;
using System.Text.Json.Nodes;
using GoogleEmulator.Http;
using GoogleEmulator.Shell;

namespace GoogleEmulator.Projects;

/// <summary>A project's IAM policy; kept and given back, not enforced.</summary>
internal sealed class IamPolicy
{
    private readonly Lock gate = new();
    private JsonObject policy = new()
    {
        ["version"] = 1,
        ["etag"] = NewTag(),
        ["bindings"] = new JsonArray(new JsonObject { ["role"] = "roles/owner", ["members"] = new JsonArray($"user:{GcloudVariables.Account}") }),
    };

    public JsonObject Get()
    {
        lock (gate)
        {
            return (JsonObject)policy.DeepClone();
        }
    }

    public JsonObject Set(JsonObject wanted)
    {
        lock (gate)
        {
            if (wanted["etag"]?.ToString() is { } tag && tag != policy["etag"]!.ToString())
            {
                throw new GoogleException(
                    409, "ABORTED", "There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.", "aborted");
            }

            policy = (JsonObject)wanted.DeepClone();
            policy["etag"] = NewTag();
            return (JsonObject)policy.DeepClone();
        }
    }

    // Bytes in the API's own definition. gcloud decodes them and encodes them again, in the alphabet for URLs.
    private static string NewTag() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(8)).Replace('+', 'A').Replace('/', 'B');
}
