namespace Emulator.Controllers;

/// <summary>How many replicas one metric asks for.</summary>
/// <param name="Utilization">Percent of what is requested; null where the target is an amount.</param>
/// <param name="AverageMilli">The pods' mean, in thousandths of the resource's unit.</param>
internal sealed record ReplicaProposal(int Replicas, int? Utilization, long AverageMilli);
