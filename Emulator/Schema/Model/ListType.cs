namespace Emulator.Schema.Model;

/// <summary>How the items of a list are told apart (x-kubernetes-list-type).</summary>
internal enum ListType
{
    Atomic,
    Set,
    Map,
}
