using System.Globalization;
using System.Net;
using Emulator.Mesh;
using Microsoft.Extensions.Primitives;

namespace Emulator.DataPlane.Authorization;

/// <summary>A compiled <see cref="MeshAttributeTest"/>.</summary>
internal sealed class AttributeTest
{
    private const string Headers = "request.headers[";
    private const string Claims = "request.auth.claims[";

    private readonly Func<RequestFacts, bool> holds;

    private AttributeTest(string attribute, Func<RequestFacts, bool> holds)
    {
        IsHttp = attribute.StartsWith("request.", StringComparison.Ordinal);
        this.holds = holds;
    }

    /// <summary>Whether it can be asked of HTTP requests only.</summary>
    public bool IsHttp { get; }

    /// <summary>Whether it holds; a test of HTTP alone fails, where the connection is not HTTP, in rules that allow, and is left out in rules that deny.</summary>
    public bool Holds(in RequestFacts facts, bool denies) => IsHttp && !facts.IsHttp ? denies : holds(facts);

    public static AttributeTest Compile(MeshAttributeTest test, string trustDomain) => new(test.Attribute, test.Attribute switch
    {
        "source.ip" => Addresses(test, facts => facts.SourceAddress),
        "remote.ip" => Addresses(test, facts => facts.RemoteAddress),
        "destination.ip" => Addresses(test, facts => facts.Destination.Address),
        "destination.port" => Texts(test, facts => facts.Destination.Port.ToString(CultureInfo.InvariantCulture)),
        "connection.sni" => Texts(test, facts => facts.ServerName),
        "source.namespace" => Texts(test, facts => facts.SourceNamespace),
        "source.serviceAccount" => Texts(test, facts => facts.SourceServiceAccount),
        "source.principal" => Texts(Local(test, trustDomain), facts => facts.Principal),
        "request.host" => Hosts(test),
        "request.method" => Texts(test, facts => facts.Method),
        "request.path" => Texts(test, facts => facts.Path),
        "request.auth.principal" => Texts(test, facts => facts.RequestPrincipal),
        "request.auth.audiences" => Texts(test, facts => facts.Claim(["aud"])),
        "request.auth.presenter" => Texts(test, facts => facts.Claim(["azp"])),
        _ when test.Attribute.StartsWith(Headers, StringComparison.Ordinal) => Header(test, test.Attribute[Headers.Length..].TrimEnd(']')),
        _ when test.Attribute.StartsWith(Claims, StringComparison.Ordinal) => Claim(test, test.Attribute[Claims.Length..].TrimEnd(']').Split("][")),

        // The control plane has refused it already; a rule with it must not allow anything.
        _ => static _ => false,
    });

    private static Func<RequestFacts, bool> Header(MeshAttributeTest test, string name) => Texts(test, facts => facts.Header(name));

    private static Func<RequestFacts, bool> Claim(MeshAttributeTest test, string[] path) => Texts(test, facts => facts.Claim(path));

    private static Func<RequestFacts, bool> Texts(MeshAttributeTest test, Func<RequestFacts, StringValues> read)
    {
        var values = test.Values.Select(value => new ValuePattern(value)).ToArray();
        var excluded = test.NotValues.Select(value => new ValuePattern(value)).ToArray();
        return facts =>
        {
            var found = read(facts);
            return (values.Length == 0 || Any(values, found)) && (excluded.Length == 0 || !Any(excluded, found));
        };
    }

    /// <summary>Host names are compared without case, and a value without a port takes every port (as Istio's generated matchers do).</summary>
    private static Func<RequestFacts, bool> Hosts(MeshAttributeTest test)
    {
        ValuePattern[] Compile(IEnumerable<string> values) => [.. values.Select(value => new ValuePattern(value, StringComparison.OrdinalIgnoreCase))];
        var values = Compile(test.Values);
        var excluded = Compile(test.NotValues);
        return facts => facts.Host is { } host
            && (values.Length == 0 || AnyHost(values, host)) && !AnyHost(excluded, host);
    }

    private static bool AnyHost(ValuePattern[] patterns, string host) =>
        Array.Exists(patterns, pattern => pattern.Matches(host) || pattern.Matches(Routing.HostTable.WithoutPort(host)));

    private static Func<RequestFacts, bool> Addresses(MeshAttributeTest test, Func<RequestFacts, IPAddress> read)
    {
        var values = test.Values.Select(Network).OfType<IPNetwork>().ToArray();
        var excluded = test.NotValues.Select(Network).OfType<IPNetwork>().ToArray();
        var isAny = test.Values.IsEmpty;
        return facts =>
        {
            var address = read(facts);
            return (isAny || Array.Exists(values, range => range.Contains(address))) && !Array.Exists(excluded, range => range.Contains(address));
        };
    }

    /// <summary>A range, or a single address.</summary>
    public static IPNetwork? Network(string text) =>
        IPNetwork.TryParse(text, out var range) ? range
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : null;

    /// <summary><c>cluster.local</c> stands for the mesh's own trust domain, whatever that is called.</summary>
    private static MeshAttributeTest Local(MeshAttributeTest test, string trustDomain)
    {
        const string Own = "cluster.local/";
        System.Collections.Immutable.ImmutableArray<string> Rename(IEnumerable<string> values) =>
            [.. values.Select(value => value.StartsWith(Own, StringComparison.Ordinal) ? $"{trustDomain}/{value[Own.Length..]}" : value)];
        return test with { Values = Rename(test.Values), NotValues = Rename(test.NotValues) };
    }

    private static bool Any(ValuePattern[] patterns, StringValues found)
    {
        foreach (var value in found)
        {
            if (value is not null && Array.Exists(patterns, pattern => pattern.Matches(value)))
            {
                return true;
            }
        }

        return false;
    }
}
