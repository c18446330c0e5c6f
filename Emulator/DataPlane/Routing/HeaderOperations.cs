using Emulator.Mesh;

namespace Emulator.DataPlane.Routing;

/// <summary>The header changes of a route and of the destination that was chosen, in this order.</summary>
internal sealed class HeaderOperations
{
    public static readonly HeaderOperations None = new([]);

    private readonly MeshHeaderOperations[] steps;

    private HeaderOperations(MeshHeaderOperations[] steps)
    {
        this.steps = steps;
        ChangesRequest = Array.Exists(steps, step => !step.RequestSet.IsEmpty || !step.RequestAdd.IsEmpty || !step.RequestRemove.IsEmpty);
        ChangesResponse = Array.Exists(steps, step => !step.ResponseSet.IsEmpty || !step.ResponseAdd.IsEmpty || !step.ResponseRemove.IsEmpty);
    }

    public bool ChangesRequest { get; }

    public bool ChangesResponse { get; }

    public static HeaderOperations Of(params MeshHeaderOperations[] steps)
    {
        var operations = new HeaderOperations(steps);
        return operations.ChangesRequest || operations.ChangesResponse ? operations : None;
    }

    public void ApplyToRequest(Action<string, string> set, Action<string, string> add, Action<string> remove)
    {
        foreach (var step in steps)
        {
            Apply(step.RequestRemove, step.RequestSet, step.RequestAdd, set, add, remove);
        }
    }

    public void ApplyToResponse(Action<string, string> set, Action<string, string> add, Action<string> remove)
    {
        foreach (var step in steps)
        {
            Apply(step.ResponseRemove, step.ResponseSet, step.ResponseAdd, set, add, remove);
        }
    }

    public void ApplyToRequest(IHeaderDictionary headers)
    {
        if (ChangesRequest)
        {
            ApplyToRequest((name, value) => headers[name] = value, (name, value) => headers.Append(name, value), name => headers.Remove(name));
        }
    }

    public void ApplyToResponse(IHeaderDictionary headers)
    {
        if (ChangesResponse)
        {
            ApplyToResponse((name, value) => headers[name] = value, (name, value) => headers.Append(name, value), name => headers.Remove(name));
        }
    }

    private static void Apply(
        IEnumerable<string> removed, IEnumerable<KeyValuePair<string, string>> replaced, IEnumerable<KeyValuePair<string, string>> added,
        Action<string, string> set, Action<string, string> add, Action<string> remove)
    {
        foreach (var name in removed)
        {
            remove(name);
        }

        foreach (var (name, value) in replaced)
        {
            set(name, value);
        }

        foreach (var (name, value) in added)
        {
            add(name, value);
        }
    }
}
