using Emulator.Api.Schemas;
using Emulator.Schema.Crd;
using Emulator.Schema.Decoding;
using Emulator.Schema.Defaults;
using Emulator.Schema.OpenApi;
using Emulator.Schema.Ownership;
using Emulator.Schema.Patches;
using Emulator.Schema.Protobuf;
using Emulator.Schema.Validation;
using Emulator.Storage;

namespace Emulator.Schema;

internal static class SchemaServices
{
    /// <summary>What the API knows of kinds: decoding, defaults, patches, ownership of fields, OpenAPI documents.</summary>
    public static IServiceCollection AddSchema(this IServiceCollection services) => services
        .AddSingleton<ObjectSchemas>()
        .AddSingleton<FieldValidation>()
        .AddSingleton<IFieldValidation>(provider => provider.GetRequiredService<FieldValidation>())
        .AddSingleton<IAdmission, Defaulting>()
        .AddSingleton<IAdmission, AutoscalerStorage>()
        .AddSingleton<IAdmission, FieldOwnership>()
        .AddSingleton<IAdmission, ObjectValidation>()
        .AddSingleton<IAdmission, CustomResourceValidation>()
        .AddSingleton<IPatcher, ObjectPatcher>()
        .AddSingleton<IProtobufReader, ProtobufBodies>()
        .AddSingleton<IVersionConverter, VersionConverter>()
        .AddSingleton<IFieldDescriptions, FieldDescriptions>()
        .AddSingleton<IOpenApiSource, OpenApiDocuments>();
}
