using System.Net;
using System.Net.Sockets;
using AppHost.Preparation;
using Provisioner;

namespace OfflineHosting.Tests.Preparation;

public sealed class PortPickerTests : IDisposable
{
    private readonly TcpListener _taken = new(IPAddress.Loopback, 0);
    private readonly List<string> _said = [];

    public PortPickerTests() => _taken.Start();

    private int Taken => ((IPEndPoint)_taken.LocalEndpoint).Port;

    public void Dispose() => _taken.Dispose();

    [Fact]
    public void A_default_port_that_is_busy_is_replaced_and_that_is_said()
    {
        var port = new PortPicker(_said.Add).Pick(null, Taken, "the VIP", "VipPort");

        Assert.True(port > Taken);
        Assert.Equal($"Port {Taken} is in use; the VIP is on {port}.", Assert.Single(_said));
    }

    [Fact]
    public void A_given_port_that_is_busy_is_an_error_that_names_the_setting()
    {
        var error = Assert.Throws<LabException>(() => new PortPicker(_said.Add).Pick(Taken, 8080, "the VIP", "VipPort"));

        Assert.Contains($"{Taken}", error.Message);
        Assert.Contains("Lab__VipPort", error.Cure);
    }

    [Fact]
    public void No_port_is_given_twice()
    {
        var picker = new PortPicker(_said.Add);
        var free = picker.Free();

        Assert.NotEqual(free, picker.Pick(null, free, "the dashboard", "DashboardPort"));
    }
}
