namespace Provisioner.Stages.Execution;

/// <summary>The order of acting and checking over all stages.</summary>
/// <remarks>
/// A stage acts after the stages it depends on have acted, and after the checks have been made whose observation it ends.
/// A stage's checks come after its own actions and those they need; other stages go on meanwhile.
/// </remarks>
internal sealed class StageGraph
{
    private readonly Dictionary<int, StageDefinition> stages;

    /// <exception cref="ArgumentException">The stages depend on each other in a circle, or on one that is not there.</exception>
    public StageGraph(IEnumerable<StageDefinition> definitions)
    {
        stages = definitions.ToDictionary(stage => stage.Number);
        Order = Sort();
    }

    public IReadOnlyCollection<StageDefinition> Stages => stages.Values;

    /// <summary>All nodes, each after those it requires.</summary>
    public IReadOnlyList<StageNode> Order { get; }

    public StageDefinition this[int number] => stages[number];

    public IEnumerable<StageNode> Requirements(StageNode node)
    {
        var stage = stages[node.Stage];
        return node.Part == StagePart.Act
            ? stage.DependsOn.Select(StageNode.Act).Concat(
                from other in stages.Values
                where other.Number != node.Stage && (other.Number == 1 || other.Checks.Any(check => check.EndedBy == node.Stage))
                select StageNode.Check(other.Number))
            : stage.Checks.SelectMany(check => check.Needs).Distinct().Where(needed => needed != node.Stage).Select(StageNode.Act).Prepend(StageNode.Act(node.Stage));
    }

    /// <summary>The nodes of the stages up to one, with those they require however high their number.</summary>
    public IReadOnlyList<StageNode> UpTo(int number) => [.. Order.Where(node => node.Stage <= number)];

    private List<StageNode> Sort()
    {
        var sorted = new List<StageNode>();
        var state = new Dictionary<StageNode, bool>();
        foreach (var stage in stages.Values.OrderBy(stage => stage.Number))
        {
            Visit(StageNode.Act(stage.Number));
            Visit(StageNode.Check(stage.Number));
        }

        return sorted;

        void Visit(StageNode node)
        {
            if (state.TryGetValue(node, out var finished))
            {
                if (!finished)
                {
                    throw new ArgumentException($"stages wait for each other in a circle through {node}");
                }

                return;
            }

            if (!stages.ContainsKey(node.Stage))
            {
                throw new ArgumentException($"a stage depends on stage {node.Stage}, which is not defined");
            }

            state[node] = false;
            foreach (var requirement in Requirements(node))
            {
                Visit(requirement);
            }

            state[node] = true;
            sorted.Add(node);
        }
    }
}
