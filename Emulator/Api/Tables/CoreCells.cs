using System.Text.Json.Nodes;
using Emulator.Storage;
using static Emulator.Api.Tables.Cells;

namespace Emulator.Api.Tables;

/// <summary>Columns of namespaces, nodes, events and the plain kinds of the core group.</summary>
internal static class CoreCells
{
    public static IReadOnlyList<TableColumn> Namespaces { get; } =
        [TableColumn.NameColumn, TableColumn.Text("Status", item => Text(item, "status", "phase")), TableColumn.Age];

    public static IReadOnlyList<TableColumn> Nodes { get; } =
    [
        TableColumn.NameColumn,
        TableColumn.Text("Status", NodeStatus),
        TableColumn.Text("Roles", Roles),
        TableColumn.Age,
        TableColumn.Text("Version", node => Text(node, "status", "nodeInfo", "kubeletVersion")),
        TableColumn.Text("Internal-IP", node => Address(node, "InternalIP"), 1),
        TableColumn.Text("External-IP", node => Address(node, "ExternalIP"), 1),
        TableColumn.Text("OS-Image", node => Or(Text(node, "status", "nodeInfo", "osImage"), Unknown), 1),
        TableColumn.Text("Kernel-Version", node => Or(Text(node, "status", "nodeInfo", "kernelVersion"), Unknown), 1),
        TableColumn.Text("Container-Runtime", node => Or(Text(node, "status", "nodeInfo", "containerRuntimeVersion"), Unknown), 1),
    ];

    public static IReadOnlyList<TableColumn> ConfigMaps { get; } =
        [TableColumn.NameColumn, TableColumn.Count("Data", item => Size(item, "data") + Size(item, "binaryData")), TableColumn.Age];

    public static IReadOnlyList<TableColumn> Secrets { get; } =
        [TableColumn.NameColumn, TableColumn.Text("Type", item => Text(item, "type")), TableColumn.Count("Data", item => Size(item, "data")), TableColumn.Age];

    public static IReadOnlyList<TableColumn> ServiceAccounts { get; } =
        [TableColumn.NameColumn, TableColumn.Count("Secrets", item => Size(item, "secrets")), TableColumn.Age];

    public static IReadOnlyList<TableColumn> Leases { get; } =
        [TableColumn.NameColumn, TableColumn.Text("Holder", item => Text(item, "spec", "holderIdentity")), TableColumn.Age];

    public static IReadOnlyList<TableColumn> Events { get; } =
    [
        new TableColumn("Last Seen", "string", "", "", 0, (item, now) => JsonValue.Create(HumanAge.Since(LastSeen(item.Node), now))),
        TableColumn.Text("Type", item => Text(item, "type")),
        TableColumn.Text("Reason", item => Text(item, "reason")),
        TableColumn.Text("Object", item => $"{Text(Involved(item), "kind").ToLowerInvariant()}/{Text(Involved(item), "name")}"),
        TableColumn.Text("Subobject", item => Text(Involved(item), "fieldPath"), 1),
        TableColumn.Text("Source", Source, 1),
        TableColumn.Text("Message", item => Or(Text(item, "message"), Text(item, "note")).Trim()),
        new TableColumn("First Seen", "string", "", "", 1, (item, now) => JsonValue.Create(HumanAge.Since(FirstSeen(item.Node), now))),
        TableColumn.Count("Count", EventCount, 1),
        TableColumn.NameColumn with { Priority = 1 },
    ];

    private static JsonNode? Involved(JsonObject item) => item["involvedObject"] ?? item["regarding"];

    private static JsonNode? LastSeen(JsonObject item) =>
        At(item, "series", "lastObservedTime") ?? item["lastTimestamp"] ?? item["deprecatedLastTimestamp"] ?? FirstSeen(item);

    private static JsonNode? FirstSeen(JsonObject item) => item["firstTimestamp"] ?? item["deprecatedFirstTimestamp"] ?? item["eventTime"];

    private static string Source(JsonObject item)
    {
        var component = Or(Text(item, "source", "component"), Text(item, "reportingComponent"));
        var host = Or(Text(item, "source", "host"), Text(item, "reportingInstance"));
        return host.Length > 0 ? $"{component}, {host}" : component;
    }

    private static long EventCount(JsonObject item) =>
        At(item, "series", "count").AsLong() ?? item["count"].AsLong() ?? item["deprecatedCount"].AsLong() ?? 1;

    private static string NodeStatus(JsonObject node)
    {
        var status = Condition(node, "Ready") switch { "" => "Unknown", "True" => "Ready", _ => "NotReady" };
        return Text(node, "spec", "unschedulable") == "true" ? $"{status},SchedulingDisabled" : status;
    }

    private static string Roles(JsonObject node)
    {
        const string Prefix = "node-role.kubernetes.io/";
        var roles = node.Labels().Select(label =>
            label.Key.StartsWith(Prefix, StringComparison.Ordinal) ? label.Key[Prefix.Length..] : label.Key == "kubernetes.io/role" ? label.Value : "");
        return Or(Join(roles.Where(role => role.Length > 0).Order(StringComparer.Ordinal)), None);
    }

    private static string Address(JsonObject node, string type) =>
        Items(node, "status", "addresses").Where(address => Text(address, "type") == type).Select(address => Text(address, "address")).FirstOrDefault() ?? None;
}
