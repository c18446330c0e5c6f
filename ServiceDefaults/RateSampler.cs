using OpenTelemetry.Trace;

namespace ServiceDefaults;

/// <summary>Records traces that begin here up to a rate; to be asked for requests without a parent only.</summary>
internal sealed class RateSampler(TraceRate rate) : Sampler
{
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        new(rate.TryBegin() ? SamplingDecision.RecordAndSample : SamplingDecision.Drop);
}
