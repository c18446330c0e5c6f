using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Emulator.Api.Http;
using Emulator.Nodes;
using Emulator.Schema;
using Emulator.Storage;

namespace Emulator.Api.Subresources;

/// <summary>What a container wrote, as text.</summary>
internal sealed class LogSubresource(Registry registry, IEnumerable<IPodLogs> sources, TimeProvider time) : ISubresource
{
    private readonly IPodLogs? logs = sources.LastOrDefault();

    public bool Serves(ResourceDefinition definition, string subresource) => definition.Type == KnownTypes.Pods && subresource == "log";

    public async Task HandleAsync(ApiRequest request)
    {
        if (request.Info.Verb != "get")
        {
            throw HttpErrors.MethodNotAllowed();
        }

        var name = request.Info.Name;
        var pod = registry.Get(KnownTypes.Pods, request.Namespace, name).Node;
        var tail = Number(request, "tailLines", name, 0);
        var sinceSeconds = Number(request, "sinceSeconds", name, 1);
        var limit = Number(request, "limitBytes", name, 1);
        var sinceTime = Time(request.Query("sinceTime"));
        var container = PodContainers.Choose(request, pod);
        var previous = request.Flag("previous");
        var log = logs?.Find(request.Namespace, name, container, previous);
        if (log is null)
        {
            if (!previous && pod["spec"]?["nodeName"] is null)
            {
                // No kubelet to ask: nothing is all there is.
                request.Http.Response.ContentType = "text/plain";
                return;
            }

            throw Missing(pod, name, container, previous);
        }

        DateTimeOffset? since = sinceSeconds is { } seconds ? time.GetUtcNow().AddSeconds(-seconds)
            : sinceTime;
        await WriteAsync(request, log, request.Flag("follow"), (int?)tail, since, limit, request.Flag("timestamps"));
    }

    private static async Task WriteAsync(ApiRequest request, ContainerLog log, bool follow, int? tail, DateTimeOffset? since, long? limit, bool timestamps)
    {
        var response = request.Http.Response;
        response.ContentType = "text/plain";
        await response.StartAsync(request.Aborted);
        var left = limit ?? long.MaxValue;
        await foreach (var line in log.ReadAsync(follow, tail, since, request.Aborted))
        {
            var text = timestamps ? $"{Timestamp(line.Time)} {line.Text}\n" : line.Text + "\n";
            ReadOnlyMemory<byte> bytes = Encoding.UTF8.GetBytes(text);
            bytes = bytes[..(int)Math.Min(bytes.Length, left)];
            await response.BodyWriter.WriteAsync(bytes, request.Aborted);
            left -= bytes.Length;
            if (left <= 0)
            {
                break;
            }
        }

        await response.BodyWriter.FlushAsync(request.Aborted);
    }

    /// <summary>RFC 3339 with nine digits, as container runtimes write it.</summary>
    private static string Timestamp(DateTimeOffset when) => when.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture);

    private static DateTimeOffset? Time(string? text) =>
        text is null or "" or "null" ? null
        : DateTimeOffset.TryParseExact(
            text, ["yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var when) ? when
        : throw ApiErrors.BadRequest($"parsing time {GoQuote.Text(text)} as \"2006-01-02T15:04:05Z07:00\": cannot parse {GoQuote.Text(text)} as \"2006\"");

    private static long? Number(ApiRequest request, string option, string pod, long least)
    {
        if (request.Query(option) is not { Length: > 0 } text)
        {
            return null;
        }

        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            throw ApiErrors.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax");
        }

        return number >= least ? number
            : throw ApiErrors.Invalid("", "PodLogOptions", pod, [new FieldCause(
                "FieldValueInvalid", $"Invalid value: {number}: must be greater than {(least == 0 ? "or equal to 0" : "0")}", option)]);
    }

    private static ApiException Missing(JsonObject pod, string name, string container, bool previous)
    {
        if (previous)
        {
            return ApiErrors.BadRequest($"previous terminated container \"{container}\" in pod \"{name}\" not found");
        }

        var statuses = ((string[])["containerStatuses", "initContainerStatuses"]).SelectMany(list => pod["status"]?[list] as JsonArray ?? []);
        var waiting = statuses.FirstOrDefault(status => status?["name"]?.GetValue<string>() == container)?["state"]?["waiting"]?["reason"];
        return ApiErrors.BadRequest($"container \"{container}\" in pod \"{name}\" is waiting to start: {WaitingFor(waiting?.GetValue<string>())}");
    }

    private static string WaitingFor(string? reason) => reason switch
    {
        "ErrImagePull" or "ImagePullBackOff" => "trying and failing to pull image",
        null => "ContainerCreating",
        _ => reason,
    };
}
