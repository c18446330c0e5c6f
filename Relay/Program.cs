using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Relay;

// Takes OTLP from the pods of one cluster and keeps it until the lab fetches it through the Kubernetes API.
var ports = RelayPorts.FromEnvironment();
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Error);
builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.Limits.MaxRequestBodySize = OtlpBuffer.LargestRequest;
    kestrel.Listen(ports.Address, ports.Grpc, listen => listen.Protocols = HttpProtocols.Http2);
    kestrel.Listen(ports.Address, ports.Http, listen => listen.Protocols = HttpProtocols.Http1);
    // Only a port-forward reaches the pod's own loopback: other pods can add spans, and never read any.
    kestrel.Listen(IPAddress.Loopback, ports.Drain, listen => listen.Protocols = HttpProtocols.Http1);
});
var app = builder.Build();
var buffer = new OtlpBuffer(OtlpBuffer.Capacity);
OtlpEndpoints.Map(app, buffer);
DrainEndpoint.Map(app, buffer, ports.Drain);
await app.RunAsync();
