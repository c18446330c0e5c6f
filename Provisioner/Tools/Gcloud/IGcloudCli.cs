namespace Provisioner.Tools.Gcloud;

/// <summary>Runs gcloud: arguments in; exit code, output and errors out.</summary>
internal interface IGcloudCli
{
    /// <param name="arguments">Without the program's own name.</param>
    /// <param name="environment">Variables of this call only, such as KUBECONFIG.</param>
    /// <param name="cancellation">Ends the call: gracefully first.</param>
    Task<GcloudResult> RunAsync(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?>? environment, CancellationToken cancellation);
}
