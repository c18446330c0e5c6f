namespace Provisioner.Doctor;

/// <summary>The programs that the doctor looks for, how each says its version, and which modes need it.</summary>
internal static class DoctorTools
{
    private static readonly string[] Cloud = ["gke", "rehearsal"];

    public static readonly IReadOnlyList<(string Name, IReadOnlyList<string> Arguments, IReadOnlyList<string> NeededIn, string Cure)> All =
    [
        ("dotnet", ["--version"], ["embedded", "k3s", "existing", "gke", "rehearsal"], "Install the .NET 10 SDK: https://dotnet.microsoft.com/download"),
        ("kubectl", ["version", "--client"], Cloud, "Install it: https://kubernetes.io/docs/tasks/tools; the guide's command lines use it in every mode"),
        ("gcloud", ["--version"], Cloud, "Install the Google Cloud CLI: https://cloud.google.com/sdk/docs/install"),
        ("gke-gcloud-auth-plugin", ["--version"], Cloud, "Install it: gcloud components install gke-gcloud-auth-plugin"),
        ("helm", ["version", "--short"], [], "Install it: https://helm.sh/docs/intro/install (mode existing takes helm or istioctl)"),
        ("istioctl", ["version", "--remote=false", "--short"], [], "Install it: https://istio.io/latest/docs/ops/diagnostic-tools/istioctl (mode existing takes helm or istioctl)"),
        ("npm", ["--version"], [], "Only tests of the dashboard's pages use it"),
    ];
}
