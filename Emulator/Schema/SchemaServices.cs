using Emulator.Api.Schemas;
using Emulator.Schema.OpenApi;
using Emulator.Schema.Patches;
using Emulator.Schema.Protobuf;

namespace Emulator.Schema;

internal static class SchemaServices
{
    /// <summary>What the API knows of kinds: patches, protobuf bodies, OpenAPI documents.</summary>
    public static IServiceCollection AddSchema(this IServiceCollection services) => services
        .AddSingleton<ObjectSchemas>()
        .AddSingleton<IPatcher, ObjectPatcher>()
        .AddSingleton<IProtobufReader, ProtobufBodies>()
        .AddSingleton<IOpenApiSource, OpenApiDocuments>();
}
