namespace Provisioner.State;

/// <summary>What a lab on Google Cloud has come to.</summary>
/// <param name="Since">When the first thing was created.</param>
/// <param name="CostPerHour">An estimate in US dollars.</param>
/// <param name="CostSoFar">An estimate in US dollars, to the cent.</param>
/// <param name="Calls">Calls of gcloud in this run.</param>
public sealed record CloudState(DateTimeOffset? Since, double CostPerHour, double CostSoFar, int Calls);
