namespace Emulator.Schema.Cel;

/// <summary>A map or an object as expressions see it.</summary>
internal interface ICelMap
{
    int Count { get; }

    IEnumerable<KeyValuePair<object, object?>> Entries { get; }

    /// <param name="key">A text, a number or a truth value.</param>
    bool TryGet(object? key, out object? value);
}
