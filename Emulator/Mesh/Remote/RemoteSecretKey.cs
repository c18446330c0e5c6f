namespace Emulator.Mesh.Remote;

/// <summary>One cluster in one remote secret.</summary>
internal readonly record struct RemoteSecretKey(string Namespace, string Secret, string Cluster)
{
    /// <summary>As <c>/debug/clusterz</c> names the secret.</summary>
    public string SecretName => $"{Namespace}/{Secret}";
}
