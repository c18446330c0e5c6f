namespace Containers;

/// <summary>The cures of what container engines complain about.</summary>
internal static class EngineCures
{
    private static readonly (string Mark, string Cure)[] s_known =
    [
        ("is too new. Maximum supported API version", "The engine is older than its command line: update the engine, or unset DOCKER_API_VERSION where it is set"),
        ("please upgrade your client", "The command line is older than its engine: update it, or unset DOCKER_API_VERSION where it is set"),
        ("Minimum supported API version", "The command line is older than its engine: update it, or unset DOCKER_API_VERSION where it is set"),
        ("Cannot connect to Podman", "Start its virtual machine: podman machine init, then podman machine start"),
        ("container-init binary not found", "Install catatonit, with which podman starts containers: sudo apt-get install catatonit, or your system's package of that name"),
        ("Cannot connect to the Docker daemon", "Start the engine: Docker Desktop, or on Linux: sudo systemctl start docker"),
        ("permission denied while trying to connect", "Let this user use the engine: sudo usermod -aG docker $USER, then log in again"),
        ("is not installed", "Install Docker (https://docs.docker.com/engine/install) or Podman, or take --mode embedded, which needs none"),
        ("cannot be run", "Install Docker (https://docs.docker.com/engine/install) or Podman, or take --mode embedded, which needs none"),
        ("port is already allocated", "End what listens on that port, or leave the port out so that the lab takes a free one"),
        ("address already in use", "End what listens on that port, or leave the port out so that the lab takes a free one"),
        ("could not find an available, non-overlapping", "Remove networks that nothing uses: {0} network prune"),
        ("all predefined address pools have been fully subnetted", "Remove networks that nothing uses: {0} network prune"),
        ("no space left on device", "Make room for the engine: {0} system prune"),
        ("no matching manifest", "The image is not made for this machine's processor: take one that is, or --mode embedded"),
        ("does not match the specified platform", "The image is not made for this machine's processor: take one that is, or --mode embedded"),
        ("exec format error", "The image is not made for this machine's processor: take one that is, or --mode embedded"),
        ("toomanyrequests", "The registry's limit for this address is used up: log in ({0} login), wait, or load the offline bundle: dotnet run --project Provisioner -- bundle load FILE"),
        ("certificate signed by unknown authority", "A proxy puts its own certificate in the place of the registry's: let the engine trust its authority, or load the offline bundle: dotnet run --project Provisioner -- bundle load FILE"),
        ("proxyconnect", "The engine's proxy does not answer: look at the one that '{0} info' names, or load the offline bundle: dotnet run --project Provisioner -- bundle load FILE"),
        ("did not resolve to an alias", "Name the image with its registry, such as docker.io/rancher/k3s:VERSION"),
        ("unauthorized", "Log in where the image is: {0} login REGISTRY"),
        ("pull access denied", "Look whether the image's name is right; if it is, log in where it is: {0} login REGISTRY"),
        ("TLS handshake timeout", "The registry does not answer. Look at the network and its proxy, or load the offline bundle: dotnet run --project Provisioner -- bundle load FILE"),
        ("no such host", "The registry cannot be reached. Look at the network and its proxy, or load the offline bundle: dotnet run --project Provisioner -- bundle load FILE"),
        ("i/o timeout", "The registry does not answer. Look at the network and its proxy, or load the offline bundle: dotnet run --project Provisioner -- bundle load FILE"),
        ("connection refused", "The registry cannot be reached. Look at the network and its proxy, or load the offline bundle: dotnet run --project Provisioner -- bundle load FILE"),
        ("request canceled while waiting for connection", "The registry does not answer. Look at the network and its proxy, or load the offline bundle: dotnet run --project Provisioner -- bundle load FILE"),
        ("No such image", "Pull it while there is a network, or load the offline bundle: dotnet run --project Provisioner -- bundle load FILE"),
        ("image not known", "Pull it while there is a network, or load the offline bundle: dotnet run --project Provisioner -- bundle load FILE"),
        ("no image found in", "The image is not made for this machine's processor: take one that is, or --mode embedded"),
        ("cgroups in hybrid mode", "Boot with systemd.unified_cgroup_hierarchy=1, or let podman use runc: runtime = \"runc\" below [engine] in /etc/containers/containers.conf"),
        ("rlimit", "The engine may not raise limits here, and so starts no privileged container: run it with more rights, or take --mode embedded"),
        ("unable to apply caps", "The engine may not start privileged containers here, and k3s needs one: take another engine, or --mode embedded"),
        ("privileged mode is incompatible with user namespaces", "Let the engine start containers in the host's user namespace, or take --mode embedded"),
        ("is already in use", "Remove that container: {0} rm -f NAME"),
    ];

    public static string CureOf(string reason, string command)
    {
        var cure = s_known.FirstOrDefault(k => reason.Contains(k.Mark, StringComparison.OrdinalIgnoreCase)).Cure ?? "Ask the engine itself: {0} info";
        return cure.Replace("{0}", Path.GetFileNameWithoutExtension(command), StringComparison.Ordinal);
    }
}
