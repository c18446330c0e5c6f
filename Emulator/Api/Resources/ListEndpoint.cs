using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Emulator.Api.Http;
using Emulator.Api.Tables;
using Emulator.Storage;

namespace Emulator.Api.Resources;

/// <summary>LIST: selection, paging over one revision, and the revision the client asks for.</summary>
internal sealed class ListEndpoint(ObjectStore store, ObjectEncoder encoder, TableWriter tables)
{
    public Task HandleAsync(ApiRequest request)
    {
        var form = Representation.From(request.Http, collection: true);
        var page = Select(request);
        var body = form.Shape switch
        {
            Shape.Table => tables.Write(request, form.MetaVersion, page.Items, page.Continue, page.Revision, page.Remaining, null),
            _ => Encode(request, page, form),
        };
        return encoder.WriteAsync(request, form, body);
    }

    private ListPage Select(ApiRequest request)
    {
        var labels = LabelSelector.Parse(request.Query("labelSelector"));
        var fields = FieldSelector.Parse(request.Query("fieldSelector"), request.Definition);
        var limit = Limit(request);
        var token = request.Query("continue") is { Length: > 0 } text ? ContinueToken.Parse(text) : null;
        var list = Snapshot(request, limit, token);
        IEnumerable<StoredObject> rows = token is null ? list.Items : list.After(token.Namespace, token.Name);
        if (!labels.IsEverything)
        {
            rows = rows.Where(row => labels.Matches(row.Node));
        }

        if (!fields.IsEverything)
        {
            rows = rows.Where(fields.Matches);
        }

        if (limit == 0)
        {
            return new ListPage([.. rows], list.Revision, null, null);
        }

        var items = new List<StoredObject>();
        var remaining = 0L;
        foreach (var row in rows)
        {
            if (items.Count < limit)
            {
                items.Add(row);
            }
            else
            {
                remaining++;
            }
        }

        if (remaining == 0)
        {
            return new ListPage(items, list.Revision, null, null);
        }

        // With a selector the real server does not know how many more will match, and does not say.
        var selective = !labels.IsEverything || !fields.IsEverything;
        var last = items[^1].Key;
        return new ListPage(items, list.Revision, new ContinueToken(list.Revision, last.Namespace, last.Name).Encode(), selective ? null : remaining);
    }

    private StoreList Snapshot(ApiRequest request, int limit, ContinueToken? token)
    {
        var ns = request.Definition.Namespaced && request.Info.Namespace.Length > 0 ? request.Info.Namespace : null;
        var wanted = ResourceVersions.ForList(request, limit, token is not null, store.Revision);
        if (token is { Revision: > 0 })
        {
            try
            {
                return store.ListAt(request.Type, ns, token.Revision);
            }
            catch (RevisionExpiredException)
            {
                throw ContinueExpired(token);
            }
        }

        try
        {
            return wanted is { } exact ? store.ListAt(request.Type, ns, exact) : store.List(request.Type, ns);
        }
        catch (RevisionExpiredException)
        {
            throw ApiErrors.Expired("The resourceVersion for the provided list is too old.");
        }
    }

    private static int Limit(ApiRequest request) =>
        request.Query("limit") is not { Length: > 0 } text ? 0
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var limit) ? (int)Math.Clamp(limit, 0, int.MaxValue)
        : throw ApiErrors.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax");

    private static ApiException ContinueExpired(ContinueToken token)
    {
        var next = (token with { Revision = -1 }).Encode();
        return new ApiException(
            410,
            "Expired",
            "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, "
                + "or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an "
                + "inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in "
                + "the list.")
        { ListContinue = next };
    }

    private ReadOnlyMemory<byte> Encode(ApiRequest request, ListPage page, Representation form)
    {
        var definition = request.Definition;
        var output = new ArrayBufferWriter<byte>(4096 + page.Items.Sum(item => item.Json.Length + 1));
        var partial = form.Shape is Shape.PartialMetadata;
        var kind = partial ? "PartialObjectMetadataList" : definition.ListKind;
        var version = partial ? $"meta.k8s.io/{form.MetaVersion}" : request.ApiVersion;
        var metadata = new JsonObject { ["resourceVersion"] = page.Revision.ToString(CultureInfo.InvariantCulture) };
        if (page.Continue is not null || definition.CustomResourceDefinition is not null && !partial)
        {
            metadata["continue"] = page.Continue ?? "";
        }

        if (page.Remaining is not null)
        {
            metadata["remainingItemCount"] = page.Remaining;
        }

        output.Write(Encoding.UTF8.GetBytes($"{{\"kind\":\"{kind}\",\"apiVersion\":\"{version}\",\"metadata\":{metadata.ToJsonString()},\"items\":["));
        var first = true;
        foreach (var item in page.Items)
        {
            if (!first)
            {
                output.Write(","u8);
            }

            first = false;
            if (partial)
            {
                output.Write(ObjectEncoder.PartialMetadata(item, form.MetaVersion).Span);
            }
            else
            {
                encoder.WriteItem(output, definition, request.Info.Version, item);
            }
        }

        output.Write("]}\n"u8);
        return output.WrittenMemory;
    }
}

/// <summary>One page of a list.</summary>
internal sealed record ListPage(IReadOnlyList<StoredObject> Items, long Revision, string? Continue, long? Remaining);
