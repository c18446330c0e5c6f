namespace Emulator.Schema.Cel;

/// <summary>A macro that goes through a list or the keys of a map, such as <c>all</c>. What each round costs beside its expression is what cel-go's loop costs.</summary>
internal sealed class CelMacro(CelRun run, CelNode.Call call, string variable, Dictionary<string, object?> scope)
{
    private readonly Dictionary<string, object?> inner = new(scope);

    public object? Over(IEnumerable<object?> items)
    {
        var body = call.Arguments[1];
        switch (call.Function)
        {
            case "all" or "exists":
                return Decide(items, body, deciding: call.Function == "exists");
            case "exists_one" or "existsOne":
                var count = 0;
                foreach (var item in items)
                {
                    var fits = CelValues.Truth(With(item, body));
                    run.Meter.Add(fits ? 2 : 1);
                    count += fits ? 1 : 0;
                }

                run.Meter.Add(2);
                return count == 1;
            case "filter":
                return Collect(items, body, null);
            default:
                return call.Arguments.Count == 3 ? Collect(items, body, call.Arguments[2]) : Collect(items, null, body);
        }
    }

    /// <summary>A round that decides makes faults of others not matter.</summary>
    private bool Decide(IEnumerable<object?> items, CelNode body, bool deciding)
    {
        CelException? fault = null;
        foreach (var item in items)
        {
            run.Meter.Add(deciding ? 4 : 3);
            try
            {
                if (CelValues.Truth(With(item, body)) == deciding)
                {
                    return deciding;
                }
            }
            catch (CelException e)
            {
                fault = e;
            }
        }

        run.Meter.Add(1);
        return fault is null ? !deciding : throw fault;
    }

    private List<object?> Collect(IEnumerable<object?> items, CelNode? test, CelNode? made)
    {
        var list = new List<object?>();
        foreach (var item in items)
        {
            if (test is null || CelValues.Truth(With(item, test)))
            {
                // The loop adds a list of one to the list that it has.
                run.Meter.Add(12);
                list.Add(made is null ? item : With(item, made));
            }
            else
            {
                run.Meter.Add(1);
            }
        }

        run.Meter.Add(1);
        return list;
    }

    private object? With(object? item, CelNode body)
    {
        inner[variable] = item;
        return run.Evaluate(body, inner);
    }
}
