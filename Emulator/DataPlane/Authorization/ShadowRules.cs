namespace Emulator.DataPlane.Authorization;

/// <summary>Policies with the annotation <c>istio.io/dry-run</c>: what they would do is reported, and nothing is done.</summary>
internal sealed class ShadowRules(Policy[] denying, Policy[] allowing, Action<ShadowVerdict> report)
{
    public void Try(in RequestFacts facts)
    {
        if (denying.Length > 0)
        {
            var matched = Policy.First(denying, facts, denies: true);
            report(new ShadowVerdict("deny", matched is not null, matched, facts.Destination.Port));
        }

        if (allowing.Length > 0)
        {
            var matched = Policy.First(allowing, facts, denies: false);
            report(new ShadowVerdict("allow", matched is null, matched, facts.Destination.Port));
        }
    }
}
