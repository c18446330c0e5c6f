using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Emulator.Mesh.Conversion;
using Emulator.Storage;

namespace Emulator.Mesh.GatewayApi;

/// <summary>The rules of an HTTPRoute or GRPCRoute as routes of the mesh, one for each match, with their precedence.</summary>
internal static class HttpRules
{
    public static IEnumerable<(RoutePrecedence Precedence, MeshHttpRoute Route)> Convert(JsonObject route, Backends backends)
    {
        var isGrpc = route.Kind() == "GRPCRoute";
        var age = Age.Key(route);
        var number = 0;
        foreach (var rule in route["spec"]?["rules"].Items() ?? [])
        {
            var converted = Rule(rule, route, backends, number);
            var matches = rule["matches"].Items().Select(match => isGrpc ? RouteMatches.Grpc(match) : RouteMatches.Http(match)).ToList();
            foreach (var match in matches.Count == 0 ? [null] : matches.Cast<MeshHttpMatch?>())
            {
                yield return (RoutePrecedence.Of(match, age, number), match is null ? converted : converted with { Matches = [match] });
            }

            number++;
        }
    }

    private static MeshHttpRoute Rule(JsonObject rule, JsonObject route, Backends backends, int number)
    {
        var destinations = rule["backendRefs"].Items().Select(reference => Destination(reference, backends)).ToList();
        var found = destinations.OfType<MeshDestination>().Where(destination => destination.Weight > 0).ToImmutableArray();
        var converted = RouteFilters.Apply(
            new MeshHttpRoute
            {
                Name = rule["name"].Text() ?? $"{route.Namespace()}.{route.Name()}.{number}",
                Destinations = found,
                Timeout = Limit(rule["timeouts"]?["request"]),
                PerTryTimeout = Limit(rule["timeouts"]?["backendRequest"]),
            },
            rule["filters"],
            backends);
        converted = rule["retry"] is not JsonObject retry ? converted : converted with
        {
            Retries = retry["attempts"].Int(converted.Retries),
            RetryOn = string.Join(',', ((string[])["connect-failure", "refused-stream", "unavailable", "cancelled"]).Concat((retry["codes"] as JsonArray)?.Select(code => code.AsLong()?.ToString() ?? "") ?? [])),
            Backoff = retry["backoff"].Duration(),
        };

        // What leads nowhere is answered with 500, as the specification has it.
        return found.IsEmpty && converted.Redirect is null ? converted with { DirectResponse = (StatusCodes.Status500InternalServerError, "") } : converted;
    }

    private static MeshDestination? Destination(JsonObject reference, Backends backends) =>
        backends.Resolve(reference) is not { } destination ? null : destination with
        {
            Headers = reference["filters"].Items().Aggregate(destination.Headers, RouteFilters.Headers),
        };

    private static TimeSpan? Limit(JsonNode? duration) => duration.Duration() is { } limit && limit > TimeSpan.Zero ? limit : null;
}
