using Provisioner.State;
using Spectre.Console;

namespace Provisioner.Commands;

/// <summary>Prints the lab's stages, clusters, workloads and addresses.</summary>
internal static class StatusCommand
{
    public static async Task<int> RunAsync(string labDirectory, CancellationToken cancellation)
    {
        using var client = LabFolder.Open(labDirectory);
        Print(AnsiConsole.Console, await client.StateAsync(cancellation));
        return ExitCodes.Ok;
    }

    internal static void Print(IAnsiConsole console, LabState state)
    {
        var readiness = state.Running is { } running ? $"running: {running}" : state.ReadyAt is { } ready ? $"ready since {ready.ToLocalTime():T}" : "not ready";
        console.WriteLine($"lab {state.Name}, mode {state.Mode}, {readiness}");
        console.Write(Stages(state));
        console.Write(Clusters(state));
        console.Write(Workloads(state));
        foreach (var (name, address) in Addresses(state))
        {
            console.WriteLine($"{name,-16} {address}");
        }

        if (state.Split.Count > 0)
        {
            console.WriteLine($"{"split",-16} {string.Join(", ", state.Split.Select(entry => $"{entry.Key}: {entry.Value}"))}");
        }

        if (state.Failure is { } failure)
        {
            console.WriteLine($"failed: {(failure.Stage > 0 ? $"stage {failure.Stage}, " : "")}{failure.Step}: {failure.Message}");
            console.WriteLine($"        {failure.Cure}");
        }
    }

    private static Table Stages(LabState state)
    {
        var table = NewTable("#", "stage", "state", "seconds", "");
        foreach (var stage in state.Stages)
        {
            Row(table, $"{stage.Number}", stage.Name, stage.State, stage.Seconds is { } seconds ? $"{seconds:0.00}" : "", stage.Message ?? "");
        }

        return table;
    }

    private static Table Clusters(LabState state)
    {
        var table = NewTable("cluster", "name", "location", "API server", "health");
        foreach (var cluster in state.Clusters)
        {
            var health = state.ClustersHealth.FirstOrDefault(each => each.Name == cluster.Name);
            Row(table, cluster.Name, cluster.ClusterName, cluster.Location, cluster.ApiServer ?? "", health is null ? "" : health.Ready ? "ready" : health.Message);
        }

        return table;
    }

    private static Table Workloads(LabState state)
    {
        var table = NewTable("workload", "state", "ready", "");
        foreach (var workload in state.Workloads.OrderBy(workload => workload.Cluster, StringComparer.Ordinal))
        {
            Row(table, $"{workload.Name}-{workload.Cluster}", workload.State, $"{workload.Ready}/{workload.Desired}", workload.Message);
        }

        return table;
    }

    private static IEnumerable<(string Name, string Address)> Addresses(LabState state)
    {
        if (state.VipUrl is { } vip)
        {
            yield return ("global address", vip);
        }

        foreach (var cluster in state.Clusters.Where(cluster => cluster.GatewayUrl is not null))
        {
            yield return ($"gateway {cluster.Name}", cluster.GatewayUrl!);
        }

        if (state.DashboardUrl is { } dashboard)
        {
            yield return ("dashboard", dashboard);
        }

        yield return ("kubeconfig", state.Kubeconfig);
    }

    private static Table NewTable(params string[] columns)
    {
        var table = new Table { Border = TableBorder.Rounded };
        foreach (var column in columns)
        {
            table.AddColumn(column);
        }

        return table;
    }

    private static void Row(Table table, params string[] cells) => table.AddRow([.. cells.Select(cell => new Text(cell))]);
}
