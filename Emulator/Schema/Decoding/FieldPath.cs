using System.Text;

namespace Emulator.Schema.Decoding;

/// <summary>Where a walk through an object is: <c>spec.ports[0].name</c>.</summary>
internal sealed class FieldPath
{
    private readonly List<(string? Name, int Index)> parts = [];

    public void Push(string name) => parts.Add((name, 0));

    public void Push(int index) => parts.Add((null, index));

    public void Pop() => parts.RemoveAt(parts.Count - 1);

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, index) in parts)
        {
            if (name is null)
            {
                text.Append('[').Append(index).Append(']');
            }
            else
            {
                text.Append(text.Length == 0 ? "" : ".").Append(name);
            }
        }

        return text.ToString();
    }

    /// <summary>The names alone, as Go's decoder writes a path.</summary>
    public string Names() => string.Join('.', parts.Where(part => part.Name is not null).Select(part => part.Name));
}
