using System.Text;

namespace Forwarding;

/// <summary>The header lines of the last answer on a connection: most lines of the next one are the same, and need no new strings.</summary>
internal sealed class HeaderCache
{
    private const int MaximumSlots = 24;
    private const int MaximumLength = 256;

    private readonly (byte[] Line, string Name, string Value)[] slots = new (byte[], string, string)[MaximumSlots];

    public (string Name, string Value) Read(int slot, ReadOnlySpan<byte> line)
    {
        if (slot < MaximumSlots && slots[slot].Line is { } known)
        {
            if (line.SequenceEqual(known))
            {
                return (slots[slot].Name, slots[slot].Value);
            }
        }

        var colon = line.IndexOf((byte)':');
        if (colon <= 0)
        {
            return ("", "");
        }

        var name = Name(slot, line[..colon]);
        var value = Encoding.UTF8.GetString(line[(colon + 1)..].Trim((byte)' '));
        if (slot < MaximumSlots && line.Length <= MaximumLength)
        {
            slots[slot] = (line.ToArray(), name, value);
        }

        return (name, value);
    }

    private string Name(int slot, ReadOnlySpan<byte> name) =>
        slot < MaximumSlots && slots[slot].Line is { } known && known.Length > name.Length && known[name.Length] == ':' && name.SequenceEqual(known.AsSpan(0, name.Length))
            ? slots[slot].Name
            : Encoding.UTF8.GetString(name);
}
