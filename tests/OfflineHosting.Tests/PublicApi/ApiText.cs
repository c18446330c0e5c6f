using System.Reflection;

namespace OfflineHosting.Tests.PublicApi;

/// <summary>The public API of an assembly, a line per type and member.</summary>
internal static class ApiText
{
    // What the compiler adds to records, and what every object has.
    private static readonly string[] s_notWritten = ["Equals", "GetHashCode", "ToString", "Deconstruct", "<Clone>$", "op_Equality", "op_Inequality"];

    public static IReadOnlyList<string> Of(Assembly assembly) =>
        [.. assembly.GetExportedTypes().SelectMany(type => Members(type).Prepend(Name(type))).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Members(Type type)
    {
        const BindingFlags own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(value => $"{Name(type)}.{value}");
        }

        return type.GetConstructors(own).Select(c => $"{Name(type)}.ctor({Parameters(c)})")
            .Concat(type.GetMethods(own).Where(m => !s_notWritten.Contains(m.Name) && (!m.IsSpecialName || m.Name.StartsWith("op_", StringComparison.Ordinal)))
                .Select(m => $"{Name(type)}.{m.Name}({Parameters(m)}) : {Name(m.ReturnType)}"))
            .Concat(type.GetProperties(own).Where(p => p.Name != "EqualityContract").Select(p => $"{Name(type)}.{p.Name} : {Name(p.PropertyType)}"))
            .Concat(type.GetFields(own).Select(f => $"{Name(type)}.{f.Name} : {Name(f.FieldType)}"));
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(p => $"{Name(p.ParameterType)} {p.Name}"));

    private static string Name(Type type)
    {
        if (type.IsByRef || type.IsArray)
        {
            return Name(type.GetElementType()!) + (type.IsArray ? "[]" : "&");
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        var name = (type.IsNested ? $"{Name(type.DeclaringType!)}." : "") + type.Name.Split('`')[0];
        return type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : name;
    }
}
