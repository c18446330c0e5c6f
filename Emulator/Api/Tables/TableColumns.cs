using System.Collections.Concurrent;
using Emulator.Storage;

namespace Emulator.Api.Tables;

/// <summary>The columns of each type: those of the real server for built-in kinds, additionalPrinterColumns for custom resources.</summary>
internal sealed class TableColumns(ObjectStore store)
{
    private static readonly IReadOnlyList<TableColumn> Plain = [TableColumn.NameColumn, TableColumn.Age];

    private static readonly Dictionary<ResourceType, IReadOnlyList<TableColumn>> BuiltIn = new()
    {
        [KnownTypes.Namespaces] = CoreCells.Namespaces,
        [KnownTypes.Nodes] = CoreCells.Nodes,
        [KnownTypes.Pods] = PodCells.Columns,
        [KnownTypes.Services] = ServiceCells.Services,
        [KnownTypes.Endpoints] = ServiceCells.Endpoints,
        [KnownTypes.EndpointSlices] = ServiceCells.EndpointSlices,
        [KnownTypes.ConfigMaps] = CoreCells.ConfigMaps,
        [KnownTypes.Secrets] = CoreCells.Secrets,
        [KnownTypes.ServiceAccounts] = CoreCells.ServiceAccounts,
        [KnownTypes.Events] = CoreCells.Events,
        [new("events.k8s.io", "events")] = CoreCells.Events,
        [KnownTypes.Leases] = CoreCells.Leases,
        [KnownTypes.Deployments] = WorkloadCells.Deployments,
        [KnownTypes.ReplicaSets] = WorkloadCells.ReplicaSets,
        [new("", "replicationcontrollers")] = WorkloadCells.ReplicaSets,
        [new("apps", "statefulsets")] = WorkloadCells.StatefulSets,
        [new("apps", "daemonsets")] = WorkloadCells.DaemonSets,
        [new("batch", "jobs")] = WorkloadCells.Jobs,
        [new("batch", "cronjobs")] = WorkloadCells.CronJobs,
        [KnownTypes.HorizontalPodAutoscalers] = WorkloadCells.Autoscalers,
        [KnownTypes.PodDisruptionBudgets] = WorkloadCells.Budgets,
        [KnownTypes.Roles] = PolicyCells.Created,
        [KnownTypes.ClusterRoles] = PolicyCells.Created,
        [KnownTypes.CustomResourceDefinitions] = PolicyCells.Created,
        [new("", "limitranges")] = PolicyCells.Created,
        [KnownTypes.RoleBindings] = PolicyCells.Bindings,
        [KnownTypes.ClusterRoleBindings] = PolicyCells.Bindings,
        [KnownTypes.MutatingWebhookConfigurations] = PolicyCells.Webhooks,
        [new("admissionregistration.k8s.io", "validatingwebhookconfigurations")] = PolicyCells.Webhooks,
        [new("networking.k8s.io", "ingresses")] = PolicyCells.Ingresses,
        [new("networking.k8s.io", "networkpolicies")] = PolicyCells.NetworkPolicies,
        [new("networking.k8s.io", "ingressclasses")] = PolicyCells.IngressClasses,
        [new("", "resourcequotas")] = PolicyCells.ResourceQuotas,
        [new("scheduling.k8s.io", "priorityclasses")] = PolicyCells.PriorityClasses,
        [KnownTypes.CertificateSigningRequests] = CertificateCells.Requests,
        [new("storage.k8s.io", "storageclasses")] = PolicyCells.StorageClasses,
        [new("apiregistration.k8s.io", "apiservices")] = PolicyCells.ApiServices,
    };

    private readonly ConcurrentDictionary<(string Definition, string Version), (long Revision, IReadOnlyList<TableColumn> Columns)> custom = new();

    public IReadOnlyList<TableColumn> Of(ResourceDefinition definition, string version)
    {
        if (definition.CustomResourceDefinition is not { } name)
        {
            return BuiltIn.GetValueOrDefault(definition.Type) ?? Plain;
        }

        if (store.Find(new ResourceKey(KnownTypes.CustomResourceDefinitions, "", name)) is not { } source)
        {
            return Plain;
        }

        if (!custom.TryGetValue((name, version), out var known) || known.Revision != source.Revision)
        {
            custom[(name, version)] = known = (source.Revision, PrinterColumns.Of(source.Node, version) ?? Plain);
        }

        return known.Columns;
    }
}
