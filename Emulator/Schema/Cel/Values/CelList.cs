namespace Emulator.Schema.Cel;

/// <summary>A list whose schema says that it is a set, or a map of items by some of their fields (<c>x-kubernetes-list-type</c>): order does not count, and adding
/// replaces what is there.</summary>
/// <param name="keys">The fields by which items are told apart; empty: items are their own keys.</param>
internal sealed class CelList(IEnumerable<object?> items, IReadOnlyList<string> keys) : List<object?>(items)
{
    public bool SameAs(List<object?> other) => Count == other.Count && this.All(item => other.Exists(one => CelValues.AreEqual(one, item)));

    public CelList With(List<object?> added)
    {
        var sum = new CelList(this, keys);
        foreach (var item in added)
        {
            var at = sum.FindIndex(known => AreSame(known, item));
            if (at < 0)
            {
                sum.Add(item);
            }
            else
            {
                sum[at] = item;
            }
        }

        return sum;
    }

    private bool AreSame(object? one, object? other) => keys.Count == 0
        ? CelValues.AreEqual(one, other)
        : one is ICelMap map && other is ICelMap second && keys.All(key => map.TryGet(key, out var left) == second.TryGet(key, out var right) && CelValues.AreEqual(left, right));
}
