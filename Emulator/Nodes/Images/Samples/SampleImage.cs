using System.Text.Json.Nodes;
using Emulator.Network;
using Emulator.Storage;

namespace Emulator.Nodes.Samples;

/// <summary>Runs the images of Istio's samples as small programs of the lab: helloworld, httpbin, fortio, the external authorizer, and Bookinfo's four services.</summary>
internal sealed class SampleImage(PlainOutbound outbound) : IContainerImage
{
    // By the last part of the image's name, without its tag.
    private static readonly Dictionary<string, Func<SamplePod, string, SampleApp>> Apps = new(StringComparer.Ordinal)
    {
        ["examples-helloworld-v1"] = (pod, _) => HelloWorld.Create(pod, "v1"),
        ["examples-helloworld-v2"] = (pod, _) => HelloWorld.Create(pod, "v2"),
        ["httpbin"] = (pod, image) => HttpBin.Create(pod, image),
        ["ext-authz"] = (pod, _) => ExternalAuthorizer.Create(pod.Context.Log),
        ["fortio"] = (pod, _) => Fortio.Create(pod),
        ["go-httpbin"] = (pod, image) => HttpBin.Create(pod, image),
        ["examples-bookinfo-details-v1"] = (_, _) => BookDetails.Create(),
        ["examples-bookinfo-ratings-v1"] = (_, _) => BookRatings.Create(),
        ["examples-bookinfo-reviews-v1"] = (pod, _) => BookReviews.Create(pod, null),
        ["examples-bookinfo-reviews-v2"] = (pod, _) => BookReviews.Create(pod, "black"),
        ["examples-bookinfo-reviews-v3"] = (pod, _) => BookReviews.Create(pod, "red"),
        ["examples-bookinfo-productpage-v1"] = (pod, _) => BookProductPage.Create(pod),
    };

    public bool Matches(string image, JsonObject container) => Apps.ContainsKey(Name(image));

    public Task<IRunningContainer> StartAsync(ContainerContext context, CancellationToken cancellation)
    {
        var image = context.Container["image"].Text() ?? "";
        var client = new HttpClient(new PodOutbound(context.Network, outbound)) { Timeout = TimeSpan.FromSeconds(100) };
        var app = Apps[Name(image)](new SamplePod(context, client), image);
        context.Log($"{Name(image)} listens on port {app.Port}");
        return Task.FromResult<IRunningContainer>(new SampleContainer(app, client, context.Network));
    }

    private static string Name(string image) => image.Split('/')[^1].Split(':', '@')[0];
}
