namespace GlobalIngress.Kubernetes;

/// <summary>One cluster's API, as the kubeconfig says it now.</summary>
internal sealed record MemberApi(KubeconfigFile Kubeconfig, string Context)
{
    /// <exception cref="KubeException">The kubeconfig does not know the cluster.</exception>
    public KubeClient Client() => Kubeconfig.Client(Context);
}
