using System.Text.Json.Nodes;
using Emulator.Storage;

namespace Emulator.Tests.Storage;

public sealed class ObjectStoreTests
{
    [Fact]
    public void What_a_release_drops_of_an_object_comes_back_when_it_is_read()
    {
        using var store = new ObjectStore();
        var written = store.TryCreate(KeptStore.Key("a"), KeptStore.Node("a", "1"))!;
        var before = written.Node;

        store.Release();

        Assert.NotSame(before, written.Node);
        Assert.True(JsonNode.DeepEquals(before, written.Node));
    }
}
