using CliWrap;
using CliWrap.Buffered;
using Emulator.Storage;
using Testing;

namespace Emulator.Tests.Nodes;

/// <summary>Programs in pods, with the real kubectl: shells beside whereami, and containers of shell images.</summary>
public sealed class ShellPodTests
{
    private const string Pods = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: page}
        data: {index.html: "first\n", unused: "x"}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: web, labels: {app: web}}
        spec:
          terminationGracePeriodSeconds: 1
          volumes:
          - {name: page, configMap: {name: page, items: [{key: index.html, path: index.html}]}}
          - {name: shared, emptyDir: {}}
          initContainers:
          - {name: first, image: busybox, command: [sh, -c, "echo from init > /shared/init"], volumeMounts: [{name: shared, mountPath: /shared}]}
          containers:
          - name: httpd
            image: busybox
            command: [httpd, -f, -p, "8080", -h, /www]
            ports: [{containerPort: 8080}]
            readinessProbe: {httpGet: {port: 8080, path: /index.html}, periodSeconds: 1}
            livenessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
            lifecycle: {postStart: {exec: {command: [sh, -c, "echo started > /shared/post"]}}}
            volumeMounts: [{name: page, mountPath: /www}, {name: shared, mountPath: /shared}, {name: page, mountPath: /one, subPath: index.html}]
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: crash}
        spec:
          terminationGracePeriodSeconds: 1
          containers:
          - {name: c, image: busybox, command: [sh, -c, "echo dying; echo the reason > /dev/termination-log; exit 9"]}
        """;

    [Fact]
    public async Task A_shell_in_a_whereami_pod_reaches_the_service_by_its_name()
    {
        RequireShells();
        await using var cluster = await NodesTestCluster.StartAsync();
        var kubectl = new Kubectl(cluster.Kubeconfig);
        cluster.CreateDeployment(replicas: 1);
        cluster.Create(KnownTypes.Services, """
            {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080}]} }
            """);
        await cluster.RolledOutAsync();
        var pod = cluster.List(KnownTypes.Pods).Single().Name();
        var folder = Directory.CreateTempSubdirectory();
        var (sent, back) = (Path.Combine(folder.FullName, "sent"), Path.Combine(folder.FullName, "back"));
        await File.WriteAllTextAsync(sent, "there and back", TestContext.Current.CancellationToken);

        var answer = await kubectl.RunAsync("-n", "test", "exec", pod, "--", "curl", "-s", "web.test.svc.cluster.local/pod_name");
        var failed = await kubectl.TryAsync("-n", "test", "exec", pod, "--", "sh", "-c", "hostname; echo wrong >&2; exit 5");
        var interactive = await OnTerminalAsync(cluster, "exit 7\n", "-n", "test", "exec", "-it", pod, "--", "/bin/sh");
        await kubectl.RunAsync("-n", "test", "cp", sent, $"{pod}:/tmp/file");
        await kubectl.RunAsync("-n", "test", "cp", $"{pod}:/tmp/file", back);

        Assert.Equal(pod, answer.Trim());
        Assert.Equal(5, failed.ExitCode);
        Assert.Equal(pod, failed.StandardOutput.Trim());
        Assert.StartsWith("wrong", failed.StandardError);
        Assert.Equal(7, interactive.ExitCode);
        Assert.Equal("there and back", await File.ReadAllTextAsync(back, TestContext.Current.CancellationToken));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_pod_of_a_shell_image_runs_with_its_volumes_probes_and_hooks()
    {
        RequireShells();
        await using var cluster = await NodesTestCluster.StartAsync();
        var kubectl = new Kubectl(cluster.Kubeconfig);
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("pods.yaml"), Pods, TestContext.Current.CancellationToken);
        await kubectl.RunAsync("-n", "test", "apply", "-f", folder.File("pods.yaml"));
        await kubectl.RunAsync("-n", "test", "wait", "--for=condition=Ready", "pod/web", "--timeout=120s");

        Task<string> InWebAsync(string script) => kubectl.RunAsync("-n", "test", "exec", "web", "-c", "httpd", "--", "sh", "-c", script);
        await Eventually.HoldsAsync(async () => (await InWebAsync("cat /shared/init /shared/post 2>/dev/null || true")) == "from init\nstarted\n", "init and hook have written");
        Assert.Equal("first\n", await InWebAsync("wget -qO- http://localhost:8080/index.html; ls /www | grep -v index.html || true"));
        cluster.Change(KnownTypes.ConfigMaps, "page", page => page["data"]!["index.html"] = "second\n");
        await Eventually.HoldsAsync(async () => await InWebAsync("cat /www/index.html") == "second\n", "the file follows its ConfigMap");
        Assert.Equal("first\n", await InWebAsync("cat /one"));

        // From another pod, through the service, by a name that DNS resolves.
        Assert.Equal("second\n", await kubectl.RunAsync(
            "-n", "test", "run", "client", "--image=busybox", "--restart=Never", "--rm", "-i", "--quiet", "--", "wget", "-qO-", "http://web"));
        Assert.Equal("second\n", await kubectl.RunAsync(
            "-n", "test", "debug", "web", "--image=busybox", "--profile=general", "-i", "--quiet", "--", "wget", "-qO-", "http://localhost:8080"));

        await cluster.UntilAsync("crash loop", () => Status(cluster, "crash")?["state"]?["waiting"]?["reason"].Text() == "CrashLoopBackOff");
        Assert.Equal("dying\n", await kubectl.RunAsync("-n", "test", "logs", "crash", "--previous"));
        Assert.Equal("the reason\n", Status(cluster, "crash")!["lastState"]!["terminated"]!["message"].Text());
        Assert.Equal(9, Status(cluster, "crash")!["lastState"]!["terminated"]!["exitCode"].Int());
    }

    [Fact]
    public async Task A_forwarded_port_leads_into_the_pod_over_either_protocol()
    {
        await using var cluster = await NodesTestCluster.StartAsync();
        cluster.CreatePod("p", NodesTestCluster.Container());
        await cluster.UntilAsync("ready", () => cluster.Find(KnownTypes.Pods, "p")!.HasCondition("Ready"));
        using var client = new HttpClient();

        foreach (var isWebSocket in (bool[])[true, false])
        {
            var port = FreePort.Next();
            using var stop = new CancellationTokenSource();
            var said = new System.Text.StringBuilder();
            var forwarding = Cli.Wrap(Tool.Require("kubectl"))
                .WithArguments(["--kubeconfig", cluster.Kubeconfig, "-n", "test", "port-forward", "pod/p", $"{port}:8080"])
                .WithEnvironmentVariables(variables => variables.Set("KUBECTL_PORT_FORWARD_WEBSOCKETS", isWebSocket ? "true" : "false"))
                .WithStandardOutputPipe(PipeTarget.ToStringBuilder(said))
                .WithStandardErrorPipe(PipeTarget.ToStringBuilder(said))
                .WithValidation(CommandResultValidation.None)
                .ExecuteAsync(stop.Token);
            var answer = "";
            await Eventually.HoldsAsync(
                async () =>
                {
                    try
                    {
                        answer = await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/pod_name"), CancellationToken.None);
                        return true;
                    }
                    catch (HttpRequestException e)
                    {
                        Assert.False(forwarding.Task.IsCompleted, $"kubectl ended: {said}");
                        answer = $"{e.Message} {said}";
                        return false;
                    }
                },
                "the port is forwarded",
                TimeSpan.FromSeconds(60));

            Assert.Equal("p", answer.Trim());
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await forwarding);
        }
    }

    private static System.Text.Json.Nodes.JsonObject? Status(NodesTestCluster cluster, string pod) =>
        cluster.Find(KnownTypes.Pods, pod)?["status"]?["containerStatuses"].Items().FirstOrDefault();

    private static void RequireShells()
    {
        foreach (var tool in (string[])["unshare", "nsenter", "setpriv", "busybox", "curl", "tar"])
        {
            Tool.Require(tool);
        }

        Assert.SkipUnless(Environment.IsPrivilegedProcess, "pods have a network of their own only where the cluster runs as root");
    }

    /// <summary>Runs kubectl on a pseudo terminal, as a user does, and types into it.</summary>
    private static async Task<BufferedCommandResult> OnTerminalAsync(NodesTestCluster cluster, string typed, params string[] arguments) =>
        await Cli.Wrap(Tool.Require("script"))
            .WithArguments(["-qec", $"kubectl --kubeconfig {cluster.Kubeconfig} {string.Join(' ', arguments)}", "/dev/null"])
            .WithStandardInputPipe(PipeSource.FromString(typed))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync();
}
