using System.Text;
using ServiceDefaults;

namespace OfflineHosting.Tests.Running;

public sealed class StartPagesTests
{
    private const string Code = "10001000-10003000 r-xp 00001000 08:01 42                         /usr/lib/lib one.so";
    private const string Changed = "10003000-10004000 r--p 00003000 08:01 42                         /usr/lib/lib one.so";
    private const string Data = "10004000-10005000 rw-p 00004000 08:01 42                         /usr/lib/lib one.so";
    private const string New = "10006000-10007000 r-xp 00000000 08:01 43                         /usr/lib/two.so";
    private const string Memory = "10008000-10009000 r--p 00000000 00:00 0 ";

    [Fact]
    public void Only_what_is_of_a_file_and_unchanged_and_was_there_before_goes()
    {
        var smaps = string.Join('\n', Of(Code, 0), Of(Changed, 4), Of(Data, 0), Of(New, 0), Of(Memory, 0), "");

        var found = StartPages.Unchanged(new MemoryStream(Encoding.UTF8.GetBytes(smaps)), new HashSet<string> { Code, Changed, Data, Memory });

        Assert.Equal([((nint)0x10001000, (nuint)0x2000)], found);
    }

    [Fact]
    public void Lines_are_whole_wherever_reads_end()
    {
        var lines = Enumerable.Range(1, 3000).Select(number => new string('a', number % 90 + 1)).ToArray();
        using var reader = new ByteLines(new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines))));

        List<string> read = [];
        while (reader.TryRead(out var line))
        {
            read.Add(Encoding.UTF8.GetString(line));
        }

        Assert.Equal(lines, read);
    }

    [Fact]
    public void A_process_goes_on_without_the_pages_of_its_start()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the pages of files are let go on Linux only");
        var before = StartPages.Mapped();
        Assert.Contains(before, line => line.EndsWith("System.Private.CoreLib.dll", StringComparison.Ordinal));

        StartPages.Release(before);

        Assert.Equal(before.Order(StringComparer.Ordinal), StartPages.Mapped().Intersect(before).Order(StringComparer.Ordinal));
    }

    private static string Of(string mapping, int changed) => $"{mapping}\nSize: 8 kB\nRss: 8 kB\nAnonymous:       {changed} kB\nVmFlags: rd ex mr mw me";
}
