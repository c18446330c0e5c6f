using System.Diagnostics;
using AppHost.Preparation;
using Provisioner;
using Provisioner.Plan;
using ServiceDefaults;
using Testing;

namespace OfflineHosting.Tests.Preparation;

public sealed class LabFolderTests : IDisposable
{
    private readonly TemporaryFolder _repository = new();
    private readonly List<string> _said = [];

    public void Dispose() => _repository.Dispose();

    [Fact]
    public void The_second_lab_takes_the_next_folder_and_says_how_to_reach_it()
    {
        using var first = Claim();
        using var second = Claim();

        Assert.EndsWith(".lab", first.Path);
        Assert.EndsWith(".lab-2", second.Path);
        Assert.Contains("--lab .lab-2", Assert.Single(_said));
    }

    [Fact]
    public void A_folder_that_was_asked_for_and_is_in_use_is_an_error()
    {
        using var first = Claim();

        var error = Assert.Throws<LabException>(() => Claim(first.Path));

        Assert.Contains(first.Path, error.Message);
    }

    [Fact]
    public void What_a_dead_lab_left_is_cleaned_and_its_processes_are_ended()
    {
        using var orphan = Process.Start("sleep", "60");
        using (var dead = Claim())
        {
            ProcessRecord.Write(dead.Path, new Dictionary<string, Owner> { ["us"] = new(orphan.Id, Owner.StartTimeOf(orphan.Id)!.Value) });
            File.WriteAllText(Path.Combine(dead.Path, "control.json"), "{}");
            Directory.CreateDirectory(Path.Combine(dead.Path, "clusters", "us"));
        }

        using var next = Claim();

        Assert.EndsWith(".lab", next.Path);
        Assert.Equal(["lock"], Directory.EnumerateFileSystemEntries(next.Path).Select(Path.GetFileName));
        Assert.True(orphan.WaitForExit(TimeSpan.FromSeconds(30)), "the recorded process still runs");
    }

    [Fact]
    public void A_process_with_a_recorded_id_but_another_start_time_is_left_alone()
    {
        using var stranger = Process.Start("sleep", "60");
        using (var dead = Claim())
        {
            ProcessRecord.Write(dead.Path, new Dictionary<string, Owner> { ["us"] = new(stranger.Id, Owner.StartTimeOf(stranger.Id)!.Value - 1) });
        }

        using var next = Claim();

        Assert.False(stranger.HasExited);
        stranger.Kill();
    }

    [Fact]
    public void At_the_end_the_folder_goes_unless_the_user_put_something_there()
    {
        var folder = Claim();
        var notes = Path.Combine(folder.Path, "notes.txt");
        File.WriteAllText(notes, "mine");
        folder.Remove();
        Assert.Equal([notes], Directory.EnumerateFileSystemEntries(folder.Path));

        File.Delete(notes);
        var again = Claim();
        again.Remove();
        Assert.False(Directory.Exists(again.Path));
    }

    [Fact]
    public void While_something_is_in_clusters_of_others_the_folder_keeps_what_takes_it_back()
    {
        var folder = Claim();
        var (record, mesh) = (Path.Combine(folder.Path, ExistingPlan.RecordFile), Path.Combine(folder.Path, "mesh"));
        File.WriteAllText(record, "{}");
        Directory.CreateDirectory(mesh);
        Directory.CreateDirectory(Path.Combine(folder.Path, "overlays"));

        folder.Remove();

        Assert.Equal([record, mesh], Directory.EnumerateFileSystemEntries(folder.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_file_in_the_folders_place_is_an_error_with_a_cure()
    {
        var path = _repository.File(".lab");
        File.WriteAllText(path, "");

        var error = Assert.Throws<LabException>(() => Claim());

        Assert.Contains(path, error.Message);
        Assert.Contains("rm", error.Cure);
    }

    [Fact]
    public void Half_a_record_of_processes_does_not_stop_the_next_lab()
    {
        using (var dead = Claim())
        {
            File.WriteAllText(Path.Combine(dead.Path, ProcessRecord.FileName), "{\"us\":");
        }

        using var next = Claim();

        Assert.EndsWith(".lab", next.Path);
    }

    private LabFolder Claim(string? asked = null) => LabFolder.Claim(asked, _repository.Path, _said.Add);
}
