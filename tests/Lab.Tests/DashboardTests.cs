using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Testing;

namespace Lab.Tests;

/// <summary>The real Aspire dashboard in a real browser.</summary>
public sealed class DashboardTests
{
    [Fact]
    public async Task The_dashboard_shows_the_resources_and_a_trace_across_both_clusters()
    {
        var chromium = Tool.Require("chromium");
        Tool.Require("npm");
        await using var lab = LabProcess.Start(["--mode", "embedded"]);
        await lab.ReadyAsync();
        await Eventually.HoldsAsync(
            () => LoginLink(lab) is not null || lab.Output.Contains("dashboard is not available"), "the dashboard's login link is printed", TimeSpan.FromMinutes(4));
        if (LoginLink(lab) is not { } link)
        {
            Tool.Missing("dashboard", $"the dashboard cannot be had here: {lab.Output}");
            return;
        }

        await Whereami.SplitAsync(lab.VipUrl, 6);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        var page = await browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = 1600, Height = 1000 } });
        await page.GotoAsync(link);
        foreach (var resource in (string[])["us", "asia", "provisioner", "global-ingress", "istiod-us", "whereami-asia", "gateway-us"])
        {
            await page.GetByText(resource, new PageGetByTextOptions { Exact = true }).First.WaitForAsync();
        }

        foreach (var address in (string[])[lab.VipUrl, ReadyLab.GatewayUrl(lab, "us"), ReadyLab.GatewayUrl(lab, "asia")])
        {
            await page.Locator($"a[href^='{address}'] >> visible=true").First.WaitForAsync();
        }

        await page.GotoAsync(new Uri(new Uri(link), "/traces").ToString());
        await page.Locator("text=global-ingress >> visible=true").First.WaitForAsync();
    }

    /// <summary>The link in the dashboard's own line, which comes when it answers; the table has the link before.</summary>
    private static string? LoginLink(LabProcess lab) =>
        Regex.Match(lab.Output, @"Login to the dashboard at (https?://\S+/login\?t=\w+)") is { Success: true } match ? match.Groups[1].Value : null;
}
