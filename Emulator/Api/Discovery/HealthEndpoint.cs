using System.Text;
using Emulator.Api.Http;
using Emulator.Api.Server;
using Emulator.Schema;

namespace Emulator.Api.Discovery;

/// <summary>What kube-apiserver says of its health, as a whole and check by check (k8s.io/apiserver/pkg/server/healthz).</summary>
/// <remarks>The checks carry the names of the real server's, for programs that look for them or leave them out. All but those of the nodes are about what is done
/// before the first request is answered.</remarks>
internal sealed class HealthEndpoint(Readiness readiness)
{
    private static readonly string[] First = ["ping", "log", "etcd"];

    private static readonly string[] OfReadiness = ["etcd-readiness", "informer-sync"];

    private static readonly string[] Hooks =
    [
        .. Hook("start-apiserver-admission-initializer", "generic-apiserver-start-informers", "priority-and-fairness-config-consumer", "priority-and-fairness-filter",
            "storage-object-count-tracker-hook", "start-apiextensions-informers", "start-apiextensions-controllers", "crd-informer-synced",
            "start-system-namespaces-controller", "start-cluster-authentication-info-controller", "start-kube-apiserver-identity-lease-controller",
            "start-kube-apiserver-identity-lease-garbage-collector", "start-legacy-token-tracking-controller", "start-service-ip-repair-controllers",
            "rbac/bootstrap-roles", "scheduling/bootstrap-system-priority-classes", "priority-and-fairness-config-producer", "bootstrap-controller",
            "aggregator-reload-proxy-client-cert", "start-kube-aggregator-informers", "apiservice-status-local-available-controller",
            "apiservice-status-remote-available-controller", "apiservice-registration-controller", "apiservice-discovery-controller", "kube-apiserver-autoregistration"),
        "autoregister-completion",
        .. Hook("apiservice-openapi-controller", "apiservice-openapiv3-controller"),
    ];

    private readonly Dictionary<string, Check[]> checks = new()
    {
        ["healthz"] = [.. Passed(First), .. Passed(Hooks)],
        ["livez"] = [.. Passed(First), .. Passed(Hooks)],
        ["readyz"] = [.. Passed(First), .. Passed(OfReadiness), .. Passed(Hooks), .. readiness.Checks.Select(check => new Check(check.Name, check.Ready)), .. Passed("shutdown")],
    };

    /// <summary>What answers at a path such as <c>/livez</c> or <c>/readyz/ping</c>; null: there is no such check.</summary>
    public Func<Task>? Find(ApiRequest request, string path)
    {
        var parts = path[1..].Split('/', 2);
        return !checks.TryGetValue(parts[0], out var all) ? null
            : parts.Length == 1 ? () => AllAsync(request, parts[0], all)
            : all.FirstOrDefault(check => check.Name == parts[1]) is { } one ? () => OneAsync(request, one)
            : null;
    }

    private static Task OneAsync(ApiRequest request, Check check) =>
        check.IsPassed ? WriteAsync(request, 200, "ok") : WriteAsync(request, 500, $"internal server error: {check.Fault}\n");

    private static Task AllAsync(ApiRequest request, string name, Check[] checks)
    {
        // ?verbose has no value: its being there is what counts.
        var query = request.Http.Request.Query;
        var excluded = query["exclude"].OfType<string>().ToHashSet();
        var text = new StringBuilder();
        var isPassed = true;
        foreach (var check in checks)
        {
            var isLeftOut = excluded.Contains(check.Name);
            isPassed &= isLeftOut || check.IsPassed;
            text.Append(isLeftOut || check.IsPassed ? "[+]" : "[-]").Append(check.Name)
                .Append(isLeftOut ? " excluded: ok\n" : check.IsPassed ? " ok\n" : $" failed: {check.Fault}\n");
        }

        if (excluded.Except(checks.Select(check => check.Name)).Order(StringComparer.Ordinal).ToList() is { Count: > 0 } unknown)
        {
            text.Append("warn: some health checks cannot be excluded: no matches for ").AppendJoin(", ", unknown.Select(GoQuote.Text)).Append('\n');
        }

        return !isPassed ? WriteAsync(request, 500, $"{text}{name} check failed\n")
            : WriteAsync(request, 200, query.ContainsKey("verbose") ? $"{text}{name} check passed\n" : "ok");
    }

    private static Task WriteAsync(ApiRequest request, int status, string text)
    {
        request.Http.Response.Headers.XContentTypeOptions = "nosniff";
        return ApiResponse.WriteTextAsync(request.Http, status, text);
    }

    private static IEnumerable<Check> Passed(params string[] names) => names.Select(name => new Check(name, Task.CompletedTask));

    private static IEnumerable<string> Hook(params string[] names) => names.Select(name => $"poststarthook/{name}");

    private sealed record Check(string Name, Task Done)
    {
        public bool IsPassed => Done.IsCompletedSuccessfully;

        public string Fault => Done.IsFaulted ? "reason withheld" : "not ready yet";
    }
}
