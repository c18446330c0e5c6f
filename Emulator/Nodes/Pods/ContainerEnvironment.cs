using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Emulator.Storage;

namespace Emulator.Nodes;

/// <summary>Resolves what a container finds in its environment.</summary>
internal sealed partial class ContainerEnvironment(Registry registry, EmbeddedNode node, string podAddress)
{
    /// <exception cref="ContainerFailedException">CreateContainerConfigError: something that is not optional is not there.</exception>
    public Dictionary<string, string> Resolve(JsonObject pod, JsonObject container)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        AddCluster(pod, variables);
        foreach (var source in container["envFrom"].Items())
        {
            AddAll(pod, source, variables);
        }

        foreach (var entry in container["env"].Items())
        {
            var name = entry["name"].Text() ?? "";
            if (entry["valueFrom"] is JsonObject from)
            {
                if (Value(pod, container, from) is { } value)
                {
                    variables[name] = value;
                }
            }
            else
            {
                variables[name] = Expand(entry["value"].Text() ?? "", variables);
            }
        }

        variables.TryAdd("HOSTNAME", pod["spec"]?["hostname"].Text() ?? pod.Name());
        return variables;
    }

    /// <summary>Replaces $(NAME) by what is known; $$(NAME) stays as $(NAME), an unknown name as it is.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables) => !text.Contains('$') ? text
        : Reference().Replace(text, match =>
            match.Value == "$$" ? "$" : variables.TryGetValue(match.Groups[1].Value, out var value) ? value : match.Value);

    [GeneratedRegex(@"\$\$|\$\(([^()]*)\)")]
    private static partial Regex Reference();

    private void AddCluster(JsonObject pod, Dictionary<string, string> variables)
    {
        AddService("default", "kubernetes", variables);
        if (pod["spec"]?["enableServiceLinks"] is not { } links || links.IsTrue())
        {
            foreach (var service in registry.Store.List(KnownTypes.Services, pod.Namespace()).Items)
            {
                AddService(service.Key.Namespace, service.Key.Name, variables);
            }
        }
    }

    private void AddService(string ns, string name, Dictionary<string, string> variables)
    {
        if (registry.Find(KnownTypes.Services, ns, name)?.Node["spec"] is not JsonObject spec
            || spec["clusterIP"].Text() is not { } ip || ip is "None" or "" || spec["ports"].Items().FirstOrDefault() is not { } first)
        {
            return;
        }

        // The variables of Docker's links, which Kubernetes still sets.
        var prefix = name.ToUpperInvariant().Replace('-', '_');
        variables[$"{prefix}_SERVICE_HOST"] = ip;
        variables[$"{prefix}_SERVICE_PORT"] = first["port"].Int().ToString();
        foreach (var port in spec["ports"].Items())
        {
            var (number, protocol) = (port["port"].Int(), port["protocol"].Text() ?? "TCP");
            var address = $"{protocol.ToLowerInvariant()}://{ip}:{number}";
            var link = $"{prefix}_PORT_{number}_{protocol}";
            if (port["name"].Text() is { Length: > 0 } portName)
            {
                variables[$"{prefix}_SERVICE_PORT_{portName.ToUpperInvariant().Replace('-', '_')}"] = number.ToString();
            }

            variables.TryAdd($"{prefix}_PORT", address);
            variables[link] = address;
            variables[$"{link}_PROTO"] = protocol.ToLowerInvariant();
            variables[$"{link}_PORT"] = number.ToString();
            variables[$"{link}_ADDR"] = ip;
        }
    }

    private void AddAll(JsonObject pod, JsonObject source, Dictionary<string, string> variables)
    {
        var prefix = source["prefix"].Text() ?? "";
        var secret = source["secretRef"] as JsonObject;
        var reference = secret ?? source["configMapRef"] as JsonObject;
        if (reference is null || Find(pod, secret is not null, reference) is not { } found)
        {
            return;
        }

        foreach (var (key, value) in found["data"] as JsonObject ?? [])
        {
            variables[prefix + key] = secret is null ? value.Text() ?? "" : Decode(value.Text());
        }
    }

    private string? Value(JsonObject pod, JsonObject container, JsonObject from)
    {
        if (from["fieldRef"]?["fieldPath"].Text() is { } path)
        {
            return FieldReference.Resolve(path, pod, node, podAddress);
        }

        if (from["resourceFieldRef"] is JsonObject resource)
        {
            return FieldReference.Resource(resource, pod, container);
        }

        var secret = from["secretKeyRef"] as JsonObject;
        var reference = secret ?? from["configMapKeyRef"] as JsonObject;
        if (reference is null || Find(pod, secret is not null, reference) is not { } found)
        {
            return null;
        }

        var key = reference["key"].Text() ?? "";
        if (found["data"]?[key].Text() is { } value)
        {
            return secret is null ? value : Decode(value);
        }

        return reference["optional"].IsTrue()
            ? null
            : throw new ContainerFailedException(
                "CreateContainerConfigError",
                $"couldn't find key {key} in {(secret is null ? "ConfigMap" : "Secret")} {pod.Namespace()}/{reference["name"].Text()}");
    }

    private JsonObject? Find(JsonObject pod, bool secret, JsonObject reference)
    {
        var name = reference["name"].Text() ?? "";
        return registry.Find(secret ? KnownTypes.Secrets : KnownTypes.ConfigMaps, pod.Namespace(), name)?.Node
            ?? (reference["optional"].IsTrue() ? null
                : throw new ContainerFailedException("CreateContainerConfigError", $"{(secret ? "secret" : "configmap")} \"{name}\" not found"));
    }

    private static string Decode(string? base64)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(base64 ?? ""));
        }
        catch (FormatException)
        {
            return "";
        }
    }
}
