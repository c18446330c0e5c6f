using System.Text;
using System.Text.Json.Nodes;
using Provisioner.Kubernetes;
using Provisioner.Tools.Gcloud;
using ServiceDefaults;

namespace Provisioner.Clusters.Gke;

/// <summary>Has gcloud write a cluster's kubeconfig into a file of the lab's, never into the user's.</summary>
internal static class GkeCredentials
{
    public static async Task WriteAsync(
        GcloudClient gcloud, GcloudEnvironment environment, string project, string location, string name, string path, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // gcloud adds to a file that is there; an address of an earlier cluster must not stay in it.
        var written = $"{path}.new";
        File.Delete(written);
        try
        {
            await gcloud.CallAsync(
                GcloudArguments.Credentials(project, location, name), new Dictionary<string, string?> { ["KUBECONFIG"] = written }, cancellation);
            if (YamlDocuments.ParseAny(YamlDocuments.ReadText(written), written) is not JsonObject config)
            {
                throw new LabException($"gcloud wrote no kubeconfig for {name}", $"See: {GcloudLine.ByHand(GcloudArguments.Credentials(project, location, name))}");
            }

            await AddVariablesAsync(config, environment, cancellation);
            PrivateFile.Write(path, Encoding.UTF8.GetBytes(YamlText.Write(config)));
        }
        finally
        {
            File.Delete(written);
        }
    }

    /// <summary>In a rehearsal kubectl, from any shell, has to run the plugin as the lab does: with the rehearsal's token.</summary>
    private static async Task AddVariablesAsync(JsonObject config, GcloudEnvironment environment, CancellationToken cancellation)
    {
        if (!environment.IsRehearsal || config["users"]?[0]?["user"]?["exec"] is not JsonObject exec)
        {
            return;
        }

        exec["env"] = new JsonArray([.. (await environment.VariablesAsync(cancellation)).Where(variable => variable.Value is not null)
            .Select(variable => new JsonObject { ["name"] = variable.Key, ["value"] = variable.Value })]);
    }
}
