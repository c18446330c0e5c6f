using System.Text.Json.Nodes;
using Emulator.Schema.BuiltIn;
using Emulator.Schema.Decoding;

namespace Emulator.Tests.Schema;

/// <summary>Decoding as Go's decoder does it.</summary>
public sealed class SchemaDecodingTests
{
    [Theory]
    [InlineData("0.5", "500m")]
    [InlineData("1024Mi", "1Gi")]
    [InlineData("1000", "1k")]
    [InlineData("1000m", "1")]
    [InlineData("0.5Mi", "512Ki")]
    [InlineData("1e3", "1e3")]
    [InlineData("-1.5Gi", "-1536Mi")]
    [InlineData("x", null)]
    [InlineData("1Q", null)]
    public void An_amount_gets_its_canonical_form(string text, string? canonical)
    {
        Assert.Equal(canonical, Quantity.Canonical(text));
    }

    [Theory]
    [InlineData("Pod", """{"spec":{"containers":[{"image":["x"]}]}}""", "json: cannot unmarshal array into Go struct field Container.spec.containers.image of type string")]
    [InlineData("Service", """{"spec":{"ports":{}}}""", "json: cannot unmarshal object into Go struct field ServiceSpec.spec.ports of type []v1.ServicePort")]
    [InlineData("ConfigMap", """{"data":{"a":1}}""", "json: cannot unmarshal number into Go struct field ConfigMap.data of type string")]
    public void A_wrong_type_is_told_in_the_words_of_the_real_server(string kind, string body, string fault)
    {
        var decoder = new FieldDecoder(typed: true);

        decoder.Decode(JsonNode.Parse(body)!.AsObject(), BuiltInSchemas.Find("", "v1", kind)!);

        Assert.Equal(fault, decoder.Fault);
    }

    [Theory]
    [InlineData("""{"spec":{"hostname":"h","hostnameOverride":"h"}}""", "spec.hostnameOverride")]
    [InlineData("""{"spec":{"containers":[{"lifecycle":{"preStop":{},"stopSignal":"SIGINT"}}]}}""", "spec.containers[0].lifecycle.stopSignal")]
    [InlineData("""{"spec":{"containers":[{"readinessProbe":{"httpGet":{"port":80},"periodSeconds":1},"env":[{"name":"A","valueFrom":{"fileKeyRef":{}}}]}]}}""", "spec.containers[0].env[0].valueFrom.fileKeyRef")]
    public void A_field_of_a_later_Kubernetes_than_the_served_one_is_unknown(string pod, string field)
    {
        var decoder = new FieldDecoder(typed: true);

        decoder.Decode(JsonNode.Parse(pod)!.AsObject(), BuiltInSchemas.Find("", "v1", "Pod")!);

        Assert.Equal([field], decoder.Unknown);
    }

    [Fact]
    public void A_field_that_comes_twice_is_found()
    {
        var body = """{"metadata":{"name":"v","name":"w"},"data":{"a":"b","a":"c"}}"""u8;

        Assert.Equal(["metadata.name", "data.a"], DuplicateFields.Find(body, new JsonObject()));
    }
}
