using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Testing;

namespace Bench;

/// <summary>Four nginx servers in a row, as VIP, gateway, sidecar and application: plain text, then mutual TLS between gateway and sidecar.</summary>
internal sealed class NginxChain : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Process nginx;

    private NginxChain(int vip, int gateway, int sidecar, int application)
    {
        VipUrl = $"http://127.0.0.1:{vip}/";
        ApplicationUrl = $"http://127.0.0.1:{application}/";
        WriteCertificate();
        File.WriteAllText(folder.File("nginx.conf"), Configuration(vip, gateway, sidecar, application));
        nginx = Process.Start("nginx", ["-p", folder.Path, "-c", folder.File("nginx.conf"), "-e", folder.File("error.log")]);
    }

    public string VipUrl { get; }

    public string ApplicationUrl { get; }

    public static async Task<NginxChain> StartAsync()
    {
        var chain = new NginxChain(FreePort.Next(), FreePort.Next(), FreePort.Next(), FreePort.Next());
        using var client = new HttpClient();
        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    return (await client.GetAsync(chain.VipUrl)).StatusCode is HttpStatusCode.OK;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            "the nginx chain answers");
        return chain;
    }

    public void Dispose()
    {
        nginx.Kill(entireProcessTree: true);
        nginx.WaitForExit();
        nginx.Dispose();
        folder.Dispose();
    }

    private void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=bench", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(folder.File("cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(folder.File("key.pem"), key.ExportPkcs8PrivateKeyPem());
    }

    private static string Configuration(int vip, int gateway, int sidecar, int application) => $$"""
        daemon off;
        worker_processes 2;
        pid nginx.pid;
        events { worker_connections 1024; }
        http {
          access_log off;
          client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
          keepalive_requests 1000000;
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          proxy_set_header Host $http_host;
          ssl_certificate cert.pem; ssl_certificate_key key.pem;
          proxy_ssl_certificate cert.pem; proxy_ssl_certificate_key key.pem;
          upstream gateway { server 127.0.0.1:{{gateway}}; keepalive 64; keepalive_requests 1000000; }
          upstream sidecar { server 127.0.0.1:{{sidecar}}; keepalive 64; keepalive_requests 1000000; }
          upstream application { server 127.0.0.1:{{application}}; keepalive 64; keepalive_requests 1000000; }
          server { listen 127.0.0.1:{{vip}}; location / { proxy_pass http://gateway; } }
          server { listen 127.0.0.1:{{gateway}}; location / { proxy_pass https://sidecar; } }
          server {
            listen 127.0.0.1:{{sidecar}} ssl; ssl_verify_client on; ssl_client_certificate cert.pem;
            location / { proxy_pass http://application; }
          }
          server {
            listen 127.0.0.1:{{application}};
            location / { default_type application/json; return 200 '{\n  "cluster_name": "multi-cluster-demo-us",\n  "pod_name": "whereami-deployment-86bc7496d8-86pxc",\n  "project_id": "lab-demo",\n  "zone": "us-central1-c"\n}\n'; }
          }
        }
        """;
}
