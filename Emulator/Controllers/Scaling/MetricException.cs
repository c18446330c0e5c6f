namespace Emulator.Controllers;

/// <summary>A metric of a HorizontalPodAutoscaler has no value, for the reason in the message.</summary>
internal sealed class MetricException(string message) : Exception(message);
