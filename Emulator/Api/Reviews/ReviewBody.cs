using System.Text.Json.Nodes;
using Emulator.Api.Http;
using Emulator.Api.Resources;

namespace Emulator.Api.Reviews;

/// <summary>Reads a review and answers it.</summary>
internal sealed class ReviewBody(RequestBody bodies)
{
    public async Task<JsonObject> ReadAsync(ApiRequest request, string kind)
    {
        var body = await RequestBody.ReadAsync(request.Http);
        return bodies.Decode(RequestBody.MediaType(request.Http), body, kind).Node;
    }

    public static Task AnswerAsync(ApiRequest request, string kind, JsonNode? spec, JsonObject status)
    {
        var answer = new JsonObject
        {
            ["kind"] = kind,
            ["apiVersion"] = $"{request.Info.Group}/{request.Info.Version}",
            ["metadata"] = new JsonObject { ["creationTimestamp"] = null },
        };
        if (spec is not null)
        {
            answer["spec"] = spec.DeepClone();
        }

        answer["status"] = status;
        return ApiResponse.WriteJsonAsync(request.Http, ObjectEncoder.Serialize(answer), 201);
    }
}
