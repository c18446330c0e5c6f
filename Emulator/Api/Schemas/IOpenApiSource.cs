namespace Emulator.Api.Schemas;

/// <summary>The OpenAPI documents of the types served now, as JSON.</summary>
internal interface IOpenApiSource
{
    /// <summary>The index at <c>/openapi/v3</c>.</summary>
    byte[] V3Root();

    /// <summary>One group and version's document, such as <c>apis/apps/v1</c> or <c>api/v1</c>; null when there is none.</summary>
    byte[]? V3(string groupVersionPath);

    /// <summary>The document at <c>/openapi/v2</c>.</summary>
    byte[] V2();
}
