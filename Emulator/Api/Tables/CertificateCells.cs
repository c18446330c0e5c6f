using System.Text.Json.Nodes;
using static Emulator.Api.Tables.Cells;

namespace Emulator.Api.Tables;

/// <summary>Columns of CertificateSigningRequests.</summary>
internal static class CertificateCells
{
    public static IReadOnlyList<TableColumn> Requests { get; } =
    [
        TableColumn.NameColumn,
        TableColumn.Age,
        TableColumn.Text("SignerName", item => Or(Text(item, "spec", "signerName"), None)),
        TableColumn.Text("Requestor", item => Text(item, "spec", "username")),
        TableColumn.Text("RequestedDuration", item =>
            At(item, "spec", "expirationSeconds") is null ? None : HumanAge.Of(TimeSpan.FromSeconds(Number(item, "spec", "expirationSeconds")))),
        TableColumn.Text("Condition", State),
    ];

    private static string State(JsonObject request) =>
        (Condition(request, "Denied") == "True" ? "Denied" : Condition(request, "Approved") == "True" ? "Approved" : "Pending")
        + (Condition(request, "Failed") == "True" ? ",Failed" : "")
        + (Text(request, "status", "certificate").Length > 0 ? ",Issued" : "");
}
