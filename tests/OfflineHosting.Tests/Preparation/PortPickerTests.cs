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

    [Fact]
    public void A_port_that_another_lab_has_picked_is_busy_before_its_process_listens_and_free_when_that_lab_ends()
    {
        var free = new PortPicker(_said.Add).Free();
        using var picker = new PortPicker(_said.Add);
        using (var other = new PortPicker(_said.Add))
        {
            Assert.Equal(free, other.Pick(free, free, "the VIP", "VipPort"));
            Assert.NotEqual(free, picker.Pick(null, free, "the VIP", "VipPort"));
        }

        Assert.Equal(free, picker.Pick(free, free, "the VIP", "VipPort"));
    }
}
