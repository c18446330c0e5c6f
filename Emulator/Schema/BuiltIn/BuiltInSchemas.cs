using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Serialization;
using Emulator.Schema.Model;
using Emulator.Schema.Protobuf;
using k8s.Models;

namespace Emulator.Schema.BuiltIn;

/// <summary>The schemas of built-in kinds, read from the models of the KubernetesClient package when a kind is first used.</summary>
/// <remarks>The package is newer than the Kubernetes that is served: a field that the messages of that version lack is not in the schema either.</remarks>
internal static class BuiltInSchemas
{
    private static readonly Assembly Models = typeof(V1Pod).Assembly;

    private static readonly ConcurrentDictionary<Type, SchemaNode> Structs = new();

    // The package prefixes the names of types that several groups have.
    private static readonly string[] Prefixes =
        ["Core", "Events", "Apiextensions", "Admissionregistration", "Apiregistration", "Authentication", "Discovery", "Flowcontrol", "Rbac", "Resource", "Storage"];

    private static readonly ConcurrentDictionary<(string Group, string Version, string Kind), SchemaNode?> Kinds = new();

    /// <summary>The schema of a kind, or null when it is not a built-in one.</summary>
    public static SchemaNode? Find(string group, string version, string kind) =>
        Kinds.GetOrAdd((group, version, kind), static key => Model(key.Group, key.Version, key.Kind) is { } model ? Struct(model) : null);

    public static SchemaNode Struct(Type model) =>
        Structs.GetOrAdd(model, static type => Make(type, () => Fields(type), ListRules.IsAtomicStruct(StructName(type)), replaced: false));

    private static SchemaNode Make(Type type, Func<IReadOnlyDictionary<string, SchemaNode>> fields, bool atomic, bool replaced)
    {
        var rules = StructRules.Find(type.Name, StructName(type));
        return new SchemaNode(fields)
        {
            Type = SchemaType.Object,
            GoType = GoTypeName(type),
            StructName = StructName(type),
            Atomic = atomic,
            PatchReplaces = replaced,
            Required = rules.Required,
            Zeros = rules.Zeros,
            OmitsZero = rules.OmitsZero,
            KeepsEmpty = rules.KeepsEmpty,
            Model = type,
        };
    }

    private static Type? Model(string group, string version, string kind)
    {
        var name = char.ToUpperInvariant(version[0]) + version[1..] + kind;
        var first = group.Length == 0 ? "Core" : char.ToUpperInvariant(group[0]) + group.Split('.')[0][1..];
        return Models.GetType($"k8s.Models.{name}") is { } plain && Fits(plain, group, kind) ? plain
            : Models.GetType($"k8s.Models.{first}{version}{kind}") is { } prefixed ? prefixed
            : null;
    }

    private static bool Fits(Type type, string group, string kind) =>
        type.GetCustomAttribute<KubernetesEntityAttribute>() is not { } entity || entity.Group == group && entity.Kind == kind;

    private static Dictionary<string, SchemaNode> Fields(Type type)
    {
        var owner = StructName(type);
        var served = Messages.FieldNames(owner);
        var fields = new Dictionary<string, SchemaNode>(StringComparer.Ordinal);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        {
            if (property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name is { } name && (served is null || name is "apiVersion" or "kind" || served.Contains(name)))
            {
                fields[name] = Node(property.PropertyType, $"{owner}.{name}");
            }
        }

        return fields;
    }

    private static SchemaNode Node(Type declared, string field)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (type.IsGenericType)
        {
            var arguments = type.GetGenericArguments();
            return type.GetGenericTypeDefinition() == typeof(IDictionary<,>) ? Map(Node(arguments[1], ""), field) : List(Node(arguments[0], ""), field);
        }

        return field is "ContainerPort.protocol" or "ServicePort.protocol" ? Scalars.Protocol
            : type == typeof(string) ? Scalars.String
            : type == typeof(int) ? Scalars.Int32
            : type == typeof(long) ? Scalars.Int64
            : type == typeof(bool) ? Scalars.Boolean
            : type == typeof(double) ? Scalars.Double
            : type == typeof(DateTime) ? field.EndsWith("Time", StringComparison.Ordinal) && Scalars.IsMicroTime(field) ? Scalars.MicroTime : Scalars.Time
            : type == typeof(byte[]) ? Scalars.Bytes
            : type == typeof(IntOrString) ? Scalars.IntOrString
            : type == typeof(ResourceQuantity) ? Scalars.Quantity
            : type.Namespace != "k8s.Models" || type == typeof(V1Patch) ? SchemaNode.Anything
            : ListRules.PatchReplaces(field) ? Replaced(type)
            : field == "PersistentVolumeSpec.claimRef" ? Granular(type)
            : Struct(type);
    }

    private static SchemaNode Map(SchemaNode element, string field) => new()
    {
        Type = SchemaType.Map,
        Element = element,
        GoType = $"map[string]{element.GoType}",
        Atomic = ListRules.IsAtomicMap(field),
    };

    private static SchemaNode List(SchemaNode element, string field)
    {
        var keys = ListRules.MapKeys(field);
        return new SchemaNode
        {
            Type = SchemaType.List,
            Element = element,
            GoType = $"[]{element.GoType}",
            ListType = keys is not null ? ListType.Map : ListRules.IsSet(field) ? ListType.Set : ListType.Atomic,
            ListKeys = keys ?? [],
            PatchMergeKey = ListRules.PatchMergeKey(field),
            PatchMerges = ListRules.PatchMerges(field),
        };
    }

    private static SchemaNode Replaced(Type type) => Variant(type, Struct(type).Atomic, true);

    private static SchemaNode Granular(Type type) => Variant(type, false, false);

    private static SchemaNode Variant(Type type, bool atomic, bool replaced) => Make(type, () => Struct(type).Properties, atomic, replaced);

    /// <summary><c>V1DeploymentSpec</c> and <c>Corev1EndpointPort</c> become <c>DeploymentSpec</c> and <c>EndpointPort</c>.</summary>
    private static string StructName(Type type) => type.Name[VersionLength(type.Name)..];

    private static string GoTypeName(Type type)
    {
        var length = VersionLength(type.Name);
        var version = type.Name[..length];
        var prefix = Prefixes.FirstOrDefault(item => version.StartsWith(item, StringComparison.Ordinal)) ?? "";
        return $"{version[prefix.Length..].ToLowerInvariant()}.{type.Name[length..]}";
    }

    private static int VersionLength(string name)
    {
        var prefix = Prefixes.FirstOrDefault(item => name.StartsWith(item + "v", StringComparison.Ordinal)) ?? "";
        var at = prefix.Length;
        if (at >= name.Length || name[at] is not ('V' or 'v'))
        {
            return 0;
        }

        at++;
        while (at < name.Length && char.IsAsciiDigit(name[at]))
        {
            at++;
        }

        foreach (var stage in (string[])["alpha", "beta"])
        {
            if (name.AsSpan(at).StartsWith(stage, StringComparison.Ordinal))
            {
                at += stage.Length;
                while (at < name.Length && char.IsAsciiDigit(name[at]))
                {
                    at++;
                }
            }
        }

        return at;
    }
}
