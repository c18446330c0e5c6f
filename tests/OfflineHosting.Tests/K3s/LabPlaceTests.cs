using AppHost.K3s;
using AppHost.Options;
using Provisioner;
using Testing;

namespace OfflineHosting.Tests.K3s;

/// <summary>The choice of a mode, with small programs in the engine's place.</summary>
[Collection(EngineVariables.Collection)]
public sealed class LabPlaceTests : IDisposable
{
    private const string Info =
        """{"ServerVersion":"28.2.2","OSType":"linux","Architecture":"x86_64","CgroupVersion":"2","SecurityOptions":[],"MemTotal":8589934592,"NCPU":4}""";

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _said = [];
    private readonly string? _before = Environment.GetEnvironmentVariable("LAB_ENGINE");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("LAB_ENGINE", _before);
        _folder.Dispose();
    }

    [Fact]
    public async Task Auto_takes_embedded_where_no_engine_answers_and_says_the_line_for_k3s()
    {
        Engine("echo 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.' >&2; exit 1");

        Assert.Equal("embedded", (await ChooseAsync(LabMode.Auto)).Mode);

        var said = Assert.Single(_said);
        Assert.Contains("Cannot connect", said);
        Assert.Contains("--mode k3s", said);
        Assert.Contains("Start the engine", said);
    }

    [Fact]
    public async Task Auto_takes_embedded_where_images_are_missing_and_names_them()
    {
        Engine($"case \"$1 $2\" in 'info '*) echo '{Info}' ;; 'image inspect') exit 1 ;; 'network inspect') echo '[]' ;; esac");

        Assert.Equal("embedded", (await ChooseAsync(LabMode.Auto)).Mode);

        var said = Assert.Single(_said);
        Assert.Contains("docker.io/rancher/k3s:", said);
        Assert.Contains("registry.istio.io/release/proxyv2:", said);
        Assert.Contains("--mode k3s", said);
    }

    [Fact]
    public async Task Auto_takes_embedded_where_images_are_made_for_another_processor()
    {
        Engine($"case \"$1 $2\" in 'info '*) echo '{Info}' ;; 'image inspect') echo arm64 ;; 'network inspect') echo '[]' ;; esac");

        Assert.Equal("embedded", (await ChooseAsync(LabMode.Auto)).Mode);

        Assert.Contains("docker.io/rancher/k3s:v1.36.2-k3s1 for amd64", Assert.Single(_said));
    }

    [Fact]
    public async Task Auto_takes_k3s_where_the_engine_answers_and_a_bundle_is_loaded()
    {
        Engine($"case \"$1 $2\" in 'info '*) echo '{Info}' ;; 'network inspect') echo '[]' ;; esac");
        var bundle = Directory.CreateDirectory(_folder.File("bundle")).FullName;
        File.WriteAllText(Path.Combine(bundle, "bundle.json"), "{}");
        Directory.CreateDirectory(Path.Combine(bundle, "images"));
        File.WriteAllText(Path.Combine(bundle, "images", "istio.tar"), "");
        File.WriteAllText(Path.Combine(bundle, "images", "notes.md"), "");

        var place = await ChooseAsync(LabMode.Auto, bundle);

        Assert.Equal("k3s", place.Mode);
        Assert.Equal("istio.tar", Path.GetFileName(Assert.Single(place.Bundle!.Images)));
        Assert.Contains("--mode embedded", Assert.Single(_said));
    }

    [Fact]
    public async Task K3s_that_cannot_be_had_is_refused_with_every_reason()
    {
        Engine($"case \"$1 $2\" in 'info '*) echo '{Info.Replace("28.2.2", "19.3.1").Replace("8589934592", "1073741824")}' ;; 'network ls') echo n ;; 'network inspect') echo '[{{\"Name\":\"work\",\"IPAM\":{{\"Config\":[{{\"Subnet\":\"10.20.0.0/16\"}}]}}}}]' ;; esac");

        var refused = await Assert.ThrowsAsync<LabException>(() => ChooseAsync(LabMode.K3s));

        Assert.Contains("docker 19.3.1 is too old", refused.Message);
        Assert.Contains("1.0 GB", refused.Message);
        Assert.Contains("network work", refused.Message);
        Assert.Contains("--mode embedded", refused.Cure);
    }

    [Fact]
    public async Task An_engine_that_does_not_exist_is_named()
    {
        Environment.SetEnvironmentVariable("LAB_ENGINE", _folder.File("no-such-engine"));

        var refused = await Assert.ThrowsAsync<LabException>(() => ChooseAsync(LabMode.K3s));

        Assert.Contains("no-such-engine", refused.Message);
        Assert.Contains("Install Docker", refused.Cure);
    }

    private void Engine(string script) =>
        Environment.SetEnvironmentVariable("LAB_ENGINE", Script.Write(_folder.File("docker"), $"#!/bin/sh\n{script}\n"));

    private Task<LabPlace> ChooseAsync(LabMode mode, string? bundle = null) => LabPlace.ChooseAsync(
        new LabOptions { Mode = mode, BundleDirectory = bundle ?? _folder.File("none"), WhereamiImage = "whereami:1", Clusters = [Cluster("us", 10), Cluster("asia", 20)] }, _said.Add);

    private static ClusterOptions Cluster(string name, int number) => new()
    {
        Name = name,
        ClusterName = name,
        Location = "us-central1-c",
        PodCidr = $"10.{number}.0.0/16",
        ServiceCidr = $"10.255.{number}.0/24",
    };
}
