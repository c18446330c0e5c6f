namespace Provisioner.Mesh;

/// <summary>What opens a cluster's API to another cluster's istiod.</summary>
internal sealed record ReaderCredentials(string Token, string AuthorityPem)
{
    /// <summary>Keeps the token out of logs.</summary>
    public override string ToString() => nameof(ReaderCredentials);
}
