using System.Net;
using GlobalIngress.Fleet;
using GlobalIngress.LoadBalancing;
using GlobalIngress.Resources;

namespace GlobalIngress.Tests;

public sealed class NamesTests
{
    [Fact]
    public void Endpoint_groups_are_cut_as_Google_cuts_them()
    {
        var name = ResourceNames.NetworkEndpointGroup("us-west1-a", "us-west1-a/gke-1", "multi-cluster-demo", "mci-foo-svc-820zw3izx8abcdef", 8080);

        Assert.Matches("^zones/us-west1-a/networkEndpointGroups/k8s1-[0-9a-f]{8}-multi-cluster--mci-foo-svc-820zw3izx-808-[0-9a-f]{8}$", name);
    }

    [Fact]
    public void A_derived_name_is_a_DNS_label_however_long_the_service_is_called()
    {
        var name = ResourceNames.DerivedService("default", new string('a', 80));

        Assert.Equal(63, name.Length);
        Assert.Matches("-svc-[0-9a-z]{16}$", name);
    }

    [Theory]
    [InlineData("asia-northeast3", "asia-northeast1", "us-central1")]
    [InlineData("europe-west1", "us-central1", "asia-northeast1")]
    [InlineData("us-west1", "us-central1", "asia-northeast1")]
    [InlineData("nowhere-1", "nowhere-1", "us-central1")]
    public void The_nearer_region_is_nearer(string from, string near, string far) => Assert.True(Regions.Distance(from, near) < Regions.Distance(from, far));

    [Theory]
    [InlineData("us=us-central1-c/name", "us", "us-central1-c/name", "us-central1")]
    [InlineData("eu=europe-west4/name", "eu", "europe-west4/name", "europe-west4")]
    public void A_member_is_read_from_its_name_location_and_cluster(string text, string name, string link, string region)
    {
        var member = Member.Parse(text)!;

        Assert.Equal((name, link, region), (member.Name, member.Link, member.Region));
    }

    [Theory]
    [InlineData("us")]
    [InlineData("us=zone")]
    [InlineData("us/zone=name")]
    [InlineData("=zone/name")]
    public void Members_in_another_form_are_refused(string text) => Assert.Null(Member.Parse(text));

    [Fact]
    public void The_preamble_names_source_and_pod()
    {
        var bytes = PodDialer.Preamble(new IPEndPoint(IPAddress.Parse("35.191.0.1"), 40000), new IPEndPoint(IPAddress.Parse("10.10.0.7"), 15021));

        Assert.Equal("0D0A0D0A000D0A515549540A" + "2111000C" + "23BF0001" + "0A0A0007" + "9C40" + "3AAD", Convert.ToHexString(bytes));
    }
}
