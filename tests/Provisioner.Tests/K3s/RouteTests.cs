using System.Text.Json.Nodes;
using Provisioner.Clusters.K3s;

namespace Provisioner.Tests.K3s;

public sealed class RouteTests
{
    private const string Table = """
        default via 172.18.0.1 dev eth0
        10.10.0.0/24 dev cni0 proto kernel scope link src 10.10.0.1
        10.20.0.0/24 via 172.18.0.3 dev eth0
        10.20.7.0/24 via 172.18.0.9 dev eth0
        10.99.0.0/16 via 172.18.0.50 dev eth0
        172.18.0.0/16 dev eth0 proto kernel scope link src 172.18.0.2
        """;

    [Fact]
    public void Only_what_differs_is_changed_and_routes_of_others_are_left()
    {
        var wanted = new Dictionary<string, string> { ["10.20.0.0/24"] = "172.18.0.4", ["10.20.1.0/24"] = "172.18.0.5" };

        var commands = RouteTable.Commands(RouteTable.Parse(Table), wanted, "10.20.0.0/16").Select(command => string.Join(' ', command));

        Assert.Equal(
            ["ip route replace 10.20.0.0/24 via 172.18.0.4", "ip route replace 10.20.1.0/24 via 172.18.0.5", "ip route del 10.20.7.0/24"],
            commands);
    }

    [Fact]
    public void Closing_removes_every_route_into_the_peers_pods_and_no_other()
    {
        var commands = RouteTable.Commands(RouteTable.Parse(Table), new Dictionary<string, string>(), "10.20.0.0/16").Select(command => command[^1]);

        Assert.Equal(["10.20.0.0/24", "10.20.7.0/24"], commands);
    }

    [Fact]
    public void With_agents_each_node_has_its_own_route()
    {
        var network = PodNetwork.Of(GoldenTests.Nodes(2, 3));

        Assert.Equal(["10.20.0.0/24", "10.20.1.0/24", "10.20.2.0/24"], network.Routes.Keys);
        Assert.Equal("172.18.2.2", network.ApiServerAddress);
        Assert.Equal((true, "3 of 3 nodes are ready"), NodeReadiness.Of(network, 3));
    }

    [Fact]
    public void A_node_that_is_not_ready_is_named_with_what_its_kubelet_says()
    {
        var list = GoldenTests.Nodes(1, 2);
        var condition = list["items"]![1]!["status"]!["conditions"]![0]!.AsObject();
        condition["status"] = "False";
        condition["message"] = "container runtime network not ready";

        var (ready, message) = NodeReadiness.Of(PodNetwork.Of(list), 2);

        Assert.False(ready);
        Assert.Equal("1 of 2 nodes are ready; node-1: container runtime network not ready", message);
    }

    [Fact]
    public void Before_any_node_has_joined_that_is_said()
    {
        Assert.Equal((false, "0 of 1 nodes are ready; the others have not joined"), NodeReadiness.Of(PodNetwork.Of(new JsonObject()), 1));
    }
}
