using System.Collections.Concurrent;

namespace Emulator.Schema;

/// <summary>What is made of texts that users write, kept for the next time; it forgets everything when it is full.</summary>
internal sealed class BoundedCache<T>(Func<string, T> make)
{
    // More than the rules and patterns of a cluster full of operators; a value may be a pattern too, and those have no end.
    private const int Capacity = 4096;

    private readonly ConcurrentDictionary<string, T> known = new();

    public T Get(string text)
    {
        if (known.TryGetValue(text, out var found))
        {
            return found;
        }

        if (known.Count >= Capacity)
        {
            known.Clear();
        }

        return known.GetOrAdd(text, make);
    }
}
