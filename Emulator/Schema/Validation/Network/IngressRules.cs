using System.Net;
using System.Text.Json.Nodes;
using Emulator.Schema.Defaults;
using Emulator.Storage;

namespace Emulator.Schema.Validation;

/// <summary>The rules for Ingresses.</summary>
internal static class IngressRules
{
    private static readonly string[] BadSequences = ["//", "/./", "/../", "%2f", "%2F"];
    private static readonly string[] BadEnds = ["/..", "/."];

    public static void Check(JsonObject spec, Causes causes)
    {
        if (spec["rules"] is not JsonArray { Count: > 0 } && spec["defaultBackend"] is null)
        {
            causes.Invalid("spec", "[]networking.IngressRule(nil)", "either `defaultBackend` or `rules` must be specified");
        }

        if (spec.Map("defaultBackend") is { } fallback)
        {
            CheckBackend(fallback, "spec.defaultBackend", causes);
        }

        var at = 0;
        foreach (var rule in spec.Items("rules"))
        {
            var field = $"spec.rules[{at++}]";
            if (rule.Text("host") is { Length: > 0 } host)
            {
                causes.Fit($"{field}.host", host, IPAddress.TryParse(host, out _) ? "must be a DNS name, not an IP address" : null);
                causes.Fit($"{field}.host", host, HostFault(host));
            }

            if (rule.Map("http") is { } http)
            {
                if (http["paths"] is not JsonArray { Count: > 0 })
                {
                    causes.Required($"{field}.http.paths");
                }

                var item = 0;
                foreach (var path in http.Items("paths"))
                {
                    CheckPath(path, $"{field}.http.paths[{item++}]", causes);
                }
            }
        }

        CheckTls(spec, causes);
        if (spec.Text("ingressClassName") is { } type)
        {
            causes.Fit("spec.ingressClassName", type, Names.Subdomain(type));
        }
    }

    public static void Class(JsonObject spec, JsonObject? old, Causes causes)
    {
        if (spec.Text("controller") is { Length: > 0 } controller && !controller.Contains('/'))
        {
            causes.InvalidText("spec.controller", controller, "must be a domain-prefixed path (such as \"acme.io/foo\")");
        }

        causes.Need(spec, "spec", "controller");
        if (old is not null && old.Text("controller") != spec.Text("controller"))
        {
            causes.Immutable("spec.controller", GoQuote.Text(spec.Text("controller") ?? ""));
        }
    }

    private static string? HostFault(string host) => host.Contains('*') ? Names.WildcardSubdomain(host) : Names.Subdomain(host);

    private static void CheckTls(JsonObject spec, Causes causes)
    {
        var at = 0;
        foreach (var tls in spec.Items("tls"))
        {
            foreach (var host in (tls["hosts"] as JsonArray ?? []).Select(host => host?.ToString() ?? ""))
            {
                causes.Fit($"spec.tls[{at}].hosts", host, HostFault(host));
            }

            if (tls.Text("secretName") is { Length: > 0 } secret)
            {
                causes.Fit($"spec.tls[{at}].secretName", secret, Names.Subdomain(secret));
            }

            at++;
        }
    }

    private static void CheckPath(JsonObject rule, string field, Causes causes)
    {
        var path = rule.Text("path") ?? "";
        switch (rule.Text("pathType"))
        {
            case null:
                causes.Required($"{field}.pathType", "pathType must be specified");
                break;
            case "Exact" or "Prefix":
                causes.Fit($"{field}.path", path, path is ['/', ..] ? null : "must be an absolute path");
                foreach (var sequence in BadSequences.Where(sequence => path.Contains(sequence, StringComparison.Ordinal)))
                {
                    causes.InvalidText($"{field}.path", path, $"must not contain '{sequence}'");
                }

                foreach (var end in BadEnds.Where(end => path.EndsWith(end, StringComparison.Ordinal)))
                {
                    causes.InvalidText($"{field}.path", path, $"cannot end with '{end}'");
                }

                break;
            case "ImplementationSpecific":
                causes.Fit($"{field}.path", path, path is "" or ['/', ..] ? null : "must be an absolute path");
                break;
            case var type:
                causes.NotSupported($"{field}.pathType", type, "Exact", "ImplementationSpecific", "Prefix");
                break;
        }

        CheckBackend(rule.Map("backend") ?? [], $"{field}.backend", causes);
    }

    private static void CheckBackend(JsonObject backend, string field, Causes causes)
    {
        var (service, resource) = (backend.Map("service"), backend.Map("resource"));
        if (service is not null && resource is not null)
        {
            causes.InvalidText(field, "", "cannot set both resource and service backends");
        }
        else if (resource is not null)
        {
            causes.Need(resource, $"{field}.resource", "kind");
            causes.Need(resource, $"{field}.resource", "name");
        }
        else if (service is null)
        {
            causes.InvalidText(field, "", "resource or service backend is required");
        }
        else
        {
            CheckService(service, field, causes);
        }
    }

    private static void CheckService(JsonObject service, string field, Causes causes)
    {
        causes.Need(service, $"{field}.service", "name");
        if (service.Text("name") is { Length: > 0 } name)
        {
            causes.Fit($"{field}.service.name", name, Names.Label1035(name));
        }

        var (portName, number) = (service.Map("port")?.Text("name") ?? "", service.Map("port")?["number"].AsLong() ?? 0);
        if (portName.Length > 0 && number != 0)
        {
            causes.InvalidText(field, "", "cannot set both port name & port number");
        }
        else if (portName.Length > 0)
        {
            causes.Fit($"{field}.service.port.name", portName, Names.PortName(portName));
        }
        else if (number != 0)
        {
            causes.Fit($"{field}.service.port.number", number, Names.PortNumber(number));
        }
        else
        {
            causes.Required(field, "port name or number is required");
        }
    }
}
