using Emulator.Api.Schemas;
using Emulator.Schema.OpenApi;
using Emulator.Schema.Ownership;
using Emulator.Schema.Patches;
using Emulator.Schema.Protobuf;
using Emulator.Storage;

namespace Emulator.Schema;

internal static class SchemaServices
{
    /// <summary>What the API knows of kinds: patches, protobuf bodies, OpenAPI documents.</summary>
    public static IServiceCollection AddSchema(this IServiceCollection services) => services
        .AddSingleton<ObjectSchemas>()
        .AddSingleton<IAdmission, FieldOwnership>()
        .AddSingleton<IPatcher, ObjectPatcher>()
        .AddSingleton<IProtobufReader, ProtobufBodies>()
        .AddSingleton<IOpenApiSource, OpenApiDocuments>();
}
