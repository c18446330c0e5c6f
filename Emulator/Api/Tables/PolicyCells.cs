using System.Text.Json.Nodes;
using Emulator.Storage;
using static Emulator.Api.Tables.Cells;

namespace Emulator.Api.Tables;

/// <summary>Columns of roles, bindings, definitions, webhooks and networking.</summary>
internal static class PolicyCells
{
    public static IReadOnlyList<TableColumn> Created { get; } =
    [
        TableColumn.NameColumn,
        new TableColumn("Created At", "date", "", "", 0, (item, _) => JsonValue.Create(Text(item.Node, "metadata", "creationTimestamp"))),
    ];

    public static IReadOnlyList<TableColumn> Bindings { get; } =
    [
        TableColumn.NameColumn,
        TableColumn.Text("Role", item => $"{Text(item, "roleRef", "kind")}/{Text(item, "roleRef", "name")}"),
        TableColumn.Age,
        TableColumn.Text("Users", item => Subjects(item, "User"), 1),
        TableColumn.Text("Groups", item => Subjects(item, "Group"), 1),
        TableColumn.Text("ServiceAccounts", item => Subjects(item, "ServiceAccount"), 1),
    ];

    public static IReadOnlyList<TableColumn> Webhooks { get; } =
        [TableColumn.NameColumn, TableColumn.Number("Webhooks", item => Size(item, "webhooks")), TableColumn.Age];

    public static IReadOnlyList<TableColumn> Ingresses { get; } =
    [
        TableColumn.NameColumn,
        TableColumn.Text("Class", item => Or(Text(item, "spec", "ingressClassName"), Or(item.Annotation("kubernetes.io/ingress.class") ?? "", None))),
        TableColumn.Text("Hosts", item => Or(Join(Items(item, "spec", "rules").Select(rule => Text(rule, "host")).Where(host => host.Length > 0)), "*")),
        TableColumn.Text("Address", item => Join(Items(item, "status", "loadBalancer", "ingress").Select(entry => Or(Text(entry, "ip"), Text(entry, "hostname"))))),
        TableColumn.Text("Ports", item => Size(item, "spec", "tls") > 0 ? "80, 443" : "80"),
        TableColumn.Age,
    ];

    public static IReadOnlyList<TableColumn> NetworkPolicies { get; } =
        [TableColumn.NameColumn, TableColumn.Text("Pod-Selector", item => Selector(At(item, "spec", "podSelector"))), TableColumn.Age];

    public static IReadOnlyList<TableColumn> IngressClasses { get; } =
    [
        TableColumn.NameColumn,
        TableColumn.Text("Controller", item => Text(item, "spec", "controller")),
        TableColumn.Text("Parameters", item => At(item, "spec", "parameters") is JsonObject ? $"{Text(item, "spec", "parameters", "kind")}/{Text(item, "spec", "parameters", "name")}" : None),
        TableColumn.Age,
    ];

    public static IReadOnlyList<TableColumn> ResourceQuotas { get; } =
    [
        TableColumn.NameColumn,
        TableColumn.Text("Request", item => Quota(item, limits: false)),
        TableColumn.Text("Limit", item => Quota(item, limits: true)),
        TableColumn.Age,
    ];

    public static IReadOnlyList<TableColumn> PriorityClasses { get; } =
    [
        TableColumn.NameColumn,
        TableColumn.Number("Value", item => Number(item, "value")),
        TableColumn.Flag("Global-Default", item => Text(item, "globalDefault") == "true"),
        TableColumn.Age,
        TableColumn.Text("PreemptionPolicy", item => Or(Text(item, "preemptionPolicy"), "PreemptLowerPriority")),
    ];

    public static IReadOnlyList<TableColumn> StorageClasses { get; } =
    [
        TableColumn.NameColumn,
        TableColumn.Text("Provisioner", item => Text(item, "provisioner")),
        TableColumn.Text("ReclaimPolicy", item => Or(Text(item, "reclaimPolicy"), "Delete")),
        TableColumn.Text("VolumeBindingMode", item => Or(Text(item, "volumeBindingMode"), "Immediate")),
        TableColumn.Flag("AllowVolumeExpansion", item => Text(item, "allowVolumeExpansion") == "true"),
        TableColumn.Age,
    ];

    public static IReadOnlyList<TableColumn> ApiServices { get; } =
    [
        TableColumn.NameColumn,
        TableColumn.Text("Service", item => At(item, "spec", "service") is JsonObject ? $"{Text(item, "spec", "service", "namespace")}/{Text(item, "spec", "service", "name")}" : "Local"),
        TableColumn.Text("Available", item => Or(Condition(item, "Available"), "True")),
        TableColumn.Age,
    ];

    private static string Subjects(JsonObject binding, string kind) => Join(Items(binding, "subjects").Where(subject => Text(subject, "kind") == kind).Select(subject =>
        kind == "ServiceAccount" ? $"{Text(subject, "namespace")}/{Text(subject, "name")}" : Text(subject, "name")));

    private static string Quota(JsonObject item, bool limits) => string.Join(", ", (At(item, "status", "hard") as JsonObject ?? [])
        .Where(entry => entry.Key.StartsWith("limits.", StringComparison.Ordinal) == limits).OrderBy(entry => entry.Key, StringComparer.Ordinal)
        .Select(entry => $"{entry.Key}: {Or(Text(item, "status", "used", entry.Key), "0")}/{entry.Value}"));
}
