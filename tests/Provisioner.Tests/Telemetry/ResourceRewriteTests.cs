using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;
using Provisioner.Telemetry;
using Provisioner.Tests.Plan;

namespace Provisioner.Tests.Telemetry;

public sealed class ResourceRewriteTests
{
    [Theory]
    [InlineData("whereami.whereami", "whereami-us")]
    [InlineData("istio-ingressgateway.istio-ingress", "gateway-us")]
    [InlineData("whereami-us", "whereami-us")]
    [InlineData("payments.shop", "payments-us")]
    public void A_proxy_is_shown_under_the_labs_name_with_where_it_runs(string own, string shown)
    {
        var rewritten = ResourceRewrite.Apply(Request(own), (service, node) => ClusterAttributes.For(Plans.Make("/lab").Clusters[0], service, node));

        var attributes = AttributesOf(rewritten);
        Assert.Equal(shown, attributes["service.name"]);
        Assert.Equal("multi-cluster-demo-us", attributes["k8s.cluster.name"]);
        Assert.Equal("us-central1", attributes["cloud.region"]);
        Assert.Equal("us-central1-c", attributes["cloud.availability_zone"]);
        Assert.Equal("kept", attributes["other"]);
    }

    [Fact]
    public void A_proxys_pod_is_read_from_its_name_for_itself_in_its_spans()
    {
        var span = (byte[])[.. Pair("component", "proxy"), .. Pair("node_id", "sidecar~10.10.0.5~whereami-deployment-7d9-abcde.whereami~whereami.svc.cluster.local")];
        var request = Field(1, [.. Field(1, Attribute("service.name", "whereami.whereami")), .. Field(2, Field(2, span))]);

        var attributes = AttributesOf(ResourceRewrite.Apply(request, (service, node) => ClusterAttributes.For(Plans.Make("/lab").Clusters[0], service, node)));

        Assert.Equal("whereami-deployment-7d9-abcde", attributes["k8s.pod.name"]);
        Assert.Equal("whereami-deployment-7d9-abcde", attributes["service.instance.id"]);
        Assert.Equal("whereami", attributes["k8s.namespace.name"]);

        static byte[] Pair(string key, string value) => Field(9, [.. Field(1, Encoding.UTF8.GetBytes(key)), .. Field(2, Field(1, Encoding.UTF8.GetBytes(value)))]);
    }

    [Fact]
    public void What_is_not_of_the_resource_is_copied_byte_for_byte()
    {
        var spans = Field(2, Encoding.UTF8.GetBytes("scope spans, whatever they are"));
        var fixedField = new byte[] { 0x1d, 1, 2, 3, 4 };
        var rewritten = ResourceRewrite.Apply([.. Field(1, [.. Field(1, Attribute("service.name", "a.b")), .. spans]), .. fixedField], (_, _) => new Dictionary<string, string>());

        Assert.Equal([.. Field(1, [.. Field(1, Attribute("service.name", "a.b")), .. spans]), .. fixedField], rewritten);
    }

    [Fact]
    public void Spans_without_a_resource_get_one()
    {
        var rewritten = ResourceRewrite.Apply(Field(1, Field(2, [1, 2, 3])), (service, _) => ClusterAttributes.For(Plans.Make("/lab").Clusters[1], service));

        Assert.Equal("unknown-asia", AttributesOf(rewritten)["service.name"]);
    }

    [Fact]
    public void What_is_no_protobuf_is_refused() =>
        Assert.ThrowsAny<InvalidProtocolBufferException>(() => ResourceRewrite.Apply([0x0a, 0xff, 0xff, 0x01], (_, _) => new Dictionary<string, string>()));

    [Fact]
    public void What_a_relay_hands_out_is_taken_apart_and_a_piece_of_it_refused()
    {
        var drained = (byte[])[.. Piece('t', [1, 2]), .. Piece('l', [])];

        Assert.Equal([('t', 2), ('l', 0)], RelayDrain.Split(drained).Select(piece => (piece.Signal, piece.Body.Length)));
        Assert.Throws<InvalidDataException>(() => RelayDrain.Split(drained[..^6]).ToList());
    }

    internal static byte[] Request(string service) =>
        Field(1, [.. Field(1, [.. Attribute("service.name", service), .. Attribute("other", "kept")]), .. Field(2, [0x08, 0x01])]);

    /// <summary>The attributes of the first resource of a request.</summary>
    internal static Dictionary<string, string> AttributesOf(byte[] request) =>
        Fields(Fields(Fields(request, 1)[0], 1)[0], 1).ToDictionary(
            pair => Encoding.UTF8.GetString(Fields(pair, 1)[0]),
            pair => Encoding.UTF8.GetString(Fields(Fields(pair, 2)[0], 1)[0]));

    private static byte[] Attribute(string key, string value) =>
        Field(1, [.. Field(1, Encoding.UTF8.GetBytes(key)), .. Field(2, Field(1, Encoding.UTF8.GetBytes(value)))]);

    private static byte[] Piece(char signal, byte[] body)
    {
        var header = new byte[5];
        header[0] = (byte)signal;
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(1), body.Length);
        return [.. header, .. body];
    }

    private static byte[] Field(int number, byte[] content)
    {
        using var target = new MemoryStream();
        var output = new CodedOutputStream(target, leaveOpen: true);
        output.WriteTag(number, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(content));
        output.Flush();
        return target.ToArray();
    }

    private static List<byte[]> Fields(byte[] message, int number)
    {
        var found = new List<byte[]>();
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == number)
            {
                found.Add(input.ReadBytes().ToByteArray());
            }
            else
            {
                input.SkipLastField();
            }
        }

        return found;
    }
}
