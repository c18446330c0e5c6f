using System.Runtime.CompilerServices;
using Aspire.Hosting;

namespace OfflineHosting.Tests.PublicApi;

/// <summary>What code may use of Aspire.Hosting here: every line of the list stands in the public API of Aspire.Hosting 13.5.2 as well.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void The_public_API_is_the_part_of_Aspires_that_is_listed()
    {
        var file = Path.Combine(Folder(), "OfflineHosting.txt");
        var found = ApiText.Of(typeof(DistributedApplication).Assembly);
        if (Environment.GetEnvironmentVariable("LAB_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllLines(file, found);
        }

        Assert.Equal(File.ReadAllLines(file), found);
    }

    private static string Folder([CallerFilePath] string caller = "") => Path.GetDirectoryName(caller)!;
}
