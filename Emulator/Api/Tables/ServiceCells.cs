using System.Text.Json.Nodes;
using static Emulator.Api.Tables.Cells;

namespace Emulator.Api.Tables;

/// <summary>Columns of Services and what lies behind them.</summary>
internal static class ServiceCells
{
    private const int MostPorts = 3;

    public static IReadOnlyList<TableColumn> Services { get; } =
    [
        TableColumn.NameColumn,
        TableColumn.Text("Type", service => Text(service, "spec", "type")),
        TableColumn.Text("Cluster-IP", service => Or(Text(service, "spec", "clusterIP"), None)),
        TableColumn.Text("External-IP", External),
        TableColumn.Text("Port(s)", Ports),
        TableColumn.Age,
        TableColumn.Text("Selector", service => Selector(At(service, "spec", "selector")), 1),
    ];

    public static IReadOnlyList<TableColumn> Endpoints { get; } =
    [
        TableColumn.NameColumn,
        TableColumn.Text("Endpoints", endpoints => Short([.. Items(endpoints, "subsets").SelectMany(Addresses)])),
        TableColumn.Age,
    ];

    public static IReadOnlyList<TableColumn> EndpointSlices { get; } =
    [
        TableColumn.NameColumn,
        TableColumn.Text("AddressType", slice => Text(slice, "addressType")),
        TableColumn.Text("Ports", slice => Limited([.. Items(slice, "ports").Select(port => Or(Text(port, "port"), "*"))], Unset)),
        TableColumn.Text("Endpoints", slice => Limited(
            [.. Items(slice, "endpoints").SelectMany(endpoint => (endpoint["addresses"] as JsonArray ?? []).Select(address => address!.ToString()))], Unset)),
        TableColumn.Age,
    ];

    private static string External(JsonObject service)
    {
        var external = (At(service, "spec", "externalIPs") as JsonArray ?? []).Select(address => address!.ToString()).ToList();
        switch (Text(service, "spec", "type"))
        {
            case "LoadBalancer":
                var balanced = Items(service, "status", "loadBalancer", "ingress").Select(item => Or(Text(item, "ip"), Text(item, "hostname"))).ToList();
                return balanced.Count + external.Count > 0 ? Join(balanced.Concat(external)) : "<pending>";
            case "ExternalName":
                return Text(service, "spec", "externalName");
            default:
                return external.Count > 0 ? Join(external) : None;
        }
    }

    private static string Ports(JsonObject service)
    {
        var ports = Items(service, "spec", "ports").Select(port => Number(port, "nodePort") is > 0 and var node
            ? $"{Text(port, "port")}:{node}/{Text(port, "protocol")}"
            : $"{Text(port, "port")}/{Text(port, "protocol")}");
        return Or(Join(ports), None);
    }

    private static IEnumerable<string> Addresses(JsonObject subset)
    {
        var addresses = Items(subset, "addresses").Select(address => Text(address, "ip")).ToList();
        return Items(subset, "ports").Any()
            ? Items(subset, "ports").SelectMany(port => addresses.Select(address => $"{address}:{Text(port, "port")}"))
            : addresses;
    }

    private static string Short(List<string> all) => Limited(all, None);

    private static string Limited(List<string> all, string none) =>
        all.Count == 0 ? none : all.Count > MostPorts ? $"{Join(all.Take(MostPorts))} + {all.Count - MostPorts} more..." : Join(all);
}
