namespace Emulator.Mesh.GatewayApi;

/// <summary>Which of the matches of all routes of a host is tried first, as HTTPRoute's specification rules.</summary>
/// <param name="Path">Exact before prefix before the rest.</param>
/// <param name="PathLength">Longer before shorter.</param>
/// <param name="Age">Then the older route, and the one whose name comes first.</param>
internal readonly record struct RoutePrecedence(int Path, int PathLength, bool HasMethod, int Headers, int Parameters, string Age, int Rule) : IComparable<RoutePrecedence>
{
    public static RoutePrecedence Of(MeshHttpMatch? match, string age, int rule) => new(
        match?.Uri?.Kind switch { "exact" => 2, "prefix" or "segments" => 1, _ => 0 },
        match?.Uri?.Value.Length ?? 0,
        match?.Method is not null,
        match?.Headers.Count ?? 0,
        match?.QueryParameters.Count ?? 0,
        age,
        rule);

    public int CompareTo(RoutePrecedence other)
    {
        var order = other.Path.CompareTo(Path);
        order = order != 0 ? order : other.PathLength.CompareTo(PathLength);
        order = order != 0 ? order : other.HasMethod.CompareTo(HasMethod);
        order = order != 0 ? order : other.Headers.CompareTo(Headers);
        order = order != 0 ? order : other.Parameters.CompareTo(Parameters);
        order = order != 0 ? order : string.CompareOrdinal(Age, other.Age);
        return order != 0 ? order : Rule.CompareTo(other.Rule);
    }
}
