namespace Emulator.Mesh;

/// <summary>How the share of a new endpoint grows (Envoy: slow start).</summary>
/// <param name="MinimumPercent">The share that it begins with, of the one that it will have; 0 to 100.</param>
/// <param name="Aggression">1: the share grows with the time; more: faster at the beginning.</param>
internal sealed record MeshWarmup(TimeSpan Duration, double MinimumPercent, double Aggression)
{
    /// <summary>The share that an endpoint of this age has of a full one's, 0 to 1.</summary>
    public double Share(TimeSpan age) =>
        age >= Duration ? 1 : Math.Max(MinimumPercent / 100, Math.Pow(Math.Max(age / Duration, 0), 1 / Aggression));
}
