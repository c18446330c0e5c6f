using System.Collections.Concurrent;

namespace GoogleEmulator.Faults;

/// <summary>The faults that were asked for; the oldest that fits a request strikes it.</summary>
internal sealed class FaultTable
{
    private readonly ConcurrentDictionary<int, Fault> faults = new();
    private int last;

    public IEnumerable<Fault> All => faults.OrderBy(entry => entry.Key).Select(entry => entry.Value);

    public Fault Add(Func<string, Fault> create)
    {
        var number = Interlocked.Increment(ref last);
        return faults[number] = create($"{number}");
    }

    public bool Remove(string id) => int.TryParse(id, out var number) && faults.TryRemove(number, out _);

    public void Clear() => faults.Clear();

    /// <summary>The fault that strikes this request, or null.</summary>
    public Fault? Take(HttpRequest request) => faults.IsEmpty ? null : All.FirstOrDefault(fault => fault.TryTake(request));
}
