using Emulator.Api.Http;

namespace Emulator.Api.Subresources;

/// <summary>A question in the form of an object that is posted and never stored.</summary>
internal interface IReview
{
    string Group { get; }

    string Plural { get; }

    string Kind { get; }

    bool Namespaced { get; }

    Task HandleAsync(ApiRequest request);
}
