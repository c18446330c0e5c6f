using System.Globalization;
using System.Text;
using Provisioner.State;

namespace AppHost.Running;

/// <summary>What the lab says when it is ready: where everything is, and how the traffic was split.</summary>
internal static class ReadyTable
{
    public static string Of(LabState state, TimeSpan elapsed)
    {
        var rows = new List<(string Name, string Value)>();
        if (state.DashboardUrl is { } dashboard)
        {
            rows.Add(("dashboard", dashboard));
        }

        rows.Add(("kubeconfig", $"{state.Kubeconfig} (contexts {string.Join(", ", state.Clusters.Select(c => c.Context))})"));
        rows.AddRange(state.Clusters.Where(c => c.GatewayUrl is not null).Select(c => ($"{c.Name} gateway", c.GatewayUrl!)));
        if (state.VipUrl is { } vip)
        {
            rows.Add(("VIP", vip));
        }

        if (state.Split.Count > 0)
        {
            rows.Add(("split", string.Join(", ", state.Split.Select(s => $"{s.Key} {s.Value}"))));
        }

        var width = rows.Max(r => r.Name.Length) + 3;
        var text = new StringBuilder().AppendLine();
        foreach (var (name, value) in rows)
        {
            text.Append("  ").Append(name.PadRight(width)).AppendLine(value);
        }

        return text.AppendLine().Append(CultureInfo.InvariantCulture, $"lab ready in {elapsed.TotalSeconds:0.0} s").ToString();
    }
}
