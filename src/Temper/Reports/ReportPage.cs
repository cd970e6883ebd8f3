namespace Temper.Reports;

/// <summary>The report for people: one page that needs nothing beside it.</summary>
/// <remarks>Written so that an XML parser accepts it as well; no scripts, no outside resources.</remarks>
internal static class ReportPage
{
    public static string Render(Report report, IReadOnlyList<ReportFile> files) =>
        Frame(
            $"{VerdictSection.Title(report)} – evaluation report",
            report.Evidence.Manifest.TemperVersion,
            Sections(report, files)
        );

    /// <summary>A page of these sections: self-contained, without scripts.</summary>
    public static string Frame(string title, string version, IReadOnlyList<Html> sections) =>
        Html.Of(
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta name="color-scheme" content="light dark"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"/>
            <meta name="generator" content="Temper {version}"/>
            <title>{title}</title>
            <style>
            {new Html(ReportStyle.Text)}
            </style>
            </head>
            <body>
            <main>
            {sections}</main>
            </body>
            </html>

            """
        ).Markup;

    private static Html[] Sections(Report report, IReadOnlyList<ReportFile> files) =>
        [
            VerdictSection.Header(report),
            VerdictSection.Render(report),
            ScopeSection.Render(report),
            ScopeSection.Threat(report),
            FindingsSection.Render(report),
            ComparisonSection.Render(report),
            CurveSection.Render(report),
            UnseenSection.Render(report),
            TrainingSection.Render(report),
            AttackSection.Render(report),
            ProbeSection.Render(report),
            StrengthSection.Render(report),
            DetailsSection.Render(report),
            TransferSection.Render(report),
            GallerySection.Render(report),
            CostSection.Render(report),
            EnvironmentSection.Render(report),
            EnvironmentSection.Files(files),
        ];
}
