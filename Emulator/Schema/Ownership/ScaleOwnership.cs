namespace Emulator.Schema.Ownership;

/// <summary>What a write through <c>/scale</c> does to the owners of the number of replicas.</summary>
/// <remarks>
/// The real server takes the field over into the managed fields of the Scale and back (apimachinery, managedfields.ScaleHandler): whoever set it with an update
/// then has it in an entry of its own, which has no time. So such a write changes the object even when the number stays.
/// </remarks>
internal static class ScaleOwnership
{
    public static List<ManagedEntry> Split(List<ManagedEntry> managed)
    {
        var next = new List<ManagedEntry>(managed.Count + 1);
        foreach (var entry in managed)
        {
            if (entry.Applied || entry.Fields.Child("f:spec")?.Child("f:replicas") is not { Member: true })
            {
                next.Add(entry);
                continue;
            }

            var replicas = Replicas();
            if (FieldSet.Difference(entry.Fields, replicas) is { IsEmpty: false } rest)
            {
                next.Add(entry with { Fields = rest });
            }

            next.Add(entry with { Fields = replicas, Time = null });
        }

        return next;
    }

    private static FieldSet Replicas()
    {
        var (all, spec) = (new FieldSet(), new FieldSet());
        spec.Set("f:replicas", FieldSet.Leaf());
        all.Set("f:spec", spec);
        return all;
    }
}
