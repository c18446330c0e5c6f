using System.Text;
using Grpc.Core;
using Whereami.Payload;

namespace Whereami.Grpc;

/// <summary>The payload over gRPC.</summary>
internal sealed class WhereamiService(WhereamiApp app, GrpcBackend backend) : Whereami.WhereamiBase
{
    public override async Task<WhereamiReply> GetPayload(Empty request, ServerCallContext context)
    {
        await app.Places.Settled;
        var place = app.Places.Current.Place;
        return new WhereamiReply
        {
            BackendResult = await backend.AskAsync(context),
            ClusterName = place.Get(PlaceKeys.ClusterName),
            Metadata = place.Get(PlaceKeys.Metadata),
            NodeName = place.Get(PlaceKeys.NodeName),
            PodIp = place.Get(PlaceKeys.PodIp),
            PodName = place.Get(PlaceKeys.PodName),
            PodNameEmoji = place.Get(PlaceKeys.PodNameEmoji),
            PodNamespace = place.Get(PlaceKeys.PodNamespace),
            PodServiceAccount = place.Get(PlaceKeys.PodServiceAccount),
            ProjectId = place.Get(PlaceKeys.ProjectId),
            Timestamp = Encoding.ASCII.GetString(app.Clock.Now()),
            Zone = place.Get(PlaceKeys.Zone),
            GceInstanceId = place.Get(PlaceKeys.InstanceId),
            GceServiceAccount = place.Get(PlaceKeys.InstanceServiceAccount),
        };
    }
}
