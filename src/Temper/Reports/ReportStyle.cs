namespace Temper.Reports;

/// <summary>The page's style: one text face for sentences, one for figures; colour only where it carries meaning.</summary>
internal static class ReportStyle
{
    // Neither '<' nor '&' may occur: the page is read as XML too.
    public const string Text = """
        :root {
          color-scheme: light dark;
          --paper: #fcfbf8; --card: #f4f2ec; --ink: #1c1e21; --soft: #55595f; --rule: #dcd8ce; --track: #ebe8e0;
          --clean: #2c5f8a; --worst: #a8471f; --train: #5d6b3a; --twin: #7d7f83; --upto: #d9a98f; --link: #1f5688;
          --good: #2d6a3e; --bad: #9a3412; --warn: #7a5600; --info: #3d566e;
          --serif: Charter, "Bitstream Charter", "Sitka Text", Cambria, "Liberation Serif", Georgia, serif;
          --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Helvetica, Arial, sans-serif;
          --mono: ui-monospace, "SF Mono", "Cascadia Mono", "Liberation Mono", Menlo, Consolas, monospace;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #15171a; --card: #1d2024; --ink: #e7e5df; --soft: #a5a9ae; --rule: #33373c; --track: #26292e;
            --clean: #7db1de; --worst: #e8946a; --train: #a9bd78; --twin: #8c9096; --upto: #75432c; --link: #8dbce6;
            --good: #7cc28f; --bad: #f0956d; --warn: #dcb154; --info: #93b4d4;
          }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 var(--sans); overflow-wrap: anywhere; }
        main { max-width: 70rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
        header { padding-bottom: 1.75rem; }
        .kicker { margin: 0 0 .4rem; color: var(--soft); font-size: .8125rem; letter-spacing: .06em; text-transform: uppercase; }
        h1 { margin: 0; font: 600 2rem/1.15 var(--serif); letter-spacing: -.01em; text-wrap: balance; }
        h1 .under { font-weight: 400; font-style: italic; color: var(--soft); }
        .facts { max-width: none; margin: .6rem 0 0; color: var(--soft); font-size: .9375rem; }
        .sep { padding: 0 .2em; }
        section { border-top: 1px solid var(--rule); padding: 1.5rem 0 2.25rem; }
        section.verdict { border-top: 2px solid var(--ink); }
        h2 { margin: 0 0 1rem; font: 600 1.0625rem/1.35 var(--sans); text-wrap: balance; }
        h3 { margin: 0 0 .5rem; font: 600 .9375rem/1.4 var(--sans); }
        p { margin: 0 0 .75rem; max-width: 66ch; }
        ul { margin: 0; padding-left: 1.1rem; max-width: 66ch; }
        li { margin: 0 0 .5rem; }
        li::marker { color: var(--soft); }
        a { color: var(--link); text-underline-offset: .15em; text-decoration-thickness: 1px; }
        code { font: .9em var(--mono); }
        figure { margin: 0; min-width: 0; }
        figcaption, caption, .note { color: var(--soft); font-size: .875rem; line-height: 1.5; }
        figcaption { max-width: 66ch; }
        svg + figcaption { margin-top: .75rem; }
        p.note { margin: .75rem 0 0; }
        p.note:first-child { margin-top: 0; }
        * + h3 { margin-top: 1.25rem; }
        .findings h3 { margin-top: 0; }
        h3 { break-after: avoid; }
        .status { display: inline-block; margin: 0 0 1rem; padding: .3rem .7rem; border: 1px solid; border-radius: 3px; font-size: .9375rem; }
        .status.refused { color: var(--bad); }
        .status.supported { color: var(--good); }
        .sentence { margin: 0 0 1.5rem; max-width: 58ch; font: 400 1.25rem/1.5 var(--serif); font-variant-numeric: lining-nums; text-wrap: pretty; }
        .lead { font-style: italic; color: var(--soft); }
        .figures { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1.25rem 1.5rem; margin: 0; }
        .figures div { border-top: 3px solid var(--rule); padding-top: .5rem; }
        .figures .clean { border-color: var(--clean); }
        .figures .worst { border-color: var(--worst); }
        .figures .certified { border-color: var(--ink); }
        .figures dt { font-size: .8125rem; color: var(--soft); }
        .figures dd { margin: 0; font: 600 1.625rem/1.25 var(--serif); font-variant-numeric: lining-nums tabular-nums; white-space: nowrap; }
        .figures dd.note { font: 400 .8125rem/1.45 var(--sans); white-space: normal; }
        .split { display: grid; gap: 1.5rem 2.5rem; }
        .multiples { display: grid; gap: 1.75rem 2rem; grid-template-columns: repeat(auto-fit, minmax(min(14rem, 100%), 1fr)); }
        .multiples figure { display: grid; grid-template-rows: subgrid; grid-row: span 3; row-gap: 0; }
        .below { margin-top: 1.25rem; }
        .multiples figcaption, .split figcaption { font-size: .9375rem; font-weight: 600; color: var(--ink); }
        .remarks { margin: -.5rem 0 1.5rem; }
        .columns { display: grid; gap: 1.75rem 2.5rem; }
        .columns li { font-size: .9375rem; }
        .card { background: var(--card); border: 1px solid var(--rule); border-radius: 4px; padding: 1.1rem 1.25rem; }
        .card p { max-width: 62ch; }
        .threat { margin: 0 0 .5rem; font-size: 1.25rem; }
        .pairs { display: grid; gap: .5rem 2rem; margin: 0; font-size: .9375rem; }
        .pairs div { display: grid; grid-template-columns: 8.5rem minmax(0, 1fr); gap: .75rem; }
        .card .pairs div { grid-template-columns: 5.5rem minmax(0, 1fr); }
        .pairs dt { color: var(--soft); }
        .pairs dd { margin: 0; }
        .pairs code { overflow-wrap: anywhere; }
        svg.chart { display: block; overflow: visible; font: 13px var(--sans); font-variant-numeric: tabular-nums; }
        svg text { fill: var(--ink); }
        svg .tick { fill: var(--soft); font-size: 12px; }
        svg .value { fill: var(--soft); }
        svg .strong { fill: var(--ink); font-weight: 600; }
        svg .name { font-size: 14px; }
        .grid { stroke: var(--rule); stroke-width: 1; }
        .track { fill: var(--track); }
        .fill-clean { fill: var(--clean); }
        .fill-worst { fill: var(--worst); }
        .fill-twin { fill: var(--twin); }
        .fill-certified { fill: var(--ink); }
        .upto { fill: var(--upto); }
        .mark { stroke: var(--ink); stroke-width: 2; }
        .kept { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 2 3; }
        .line { fill: none; stroke-width: 2; stroke-linejoin: round; vector-effect: non-scaling-stroke; }
        .dot { stroke: none; }
        .band { stroke: none; opacity: .28; }
        .band.s-worst { fill: var(--worst); }
        .band.s-twin { fill: var(--twin); }
        .line.s-twin { stroke: var(--twin); stroke-dasharray: 7 3; }
        .dot.s-twin { fill: var(--twin); }
        .line.s-clean { stroke: var(--clean); }
        .line.s-worst { stroke: var(--worst); }
        .line.s-train { stroke: var(--train); stroke-dasharray: 5 4; }
        .dot.s-clean { fill: var(--paper); stroke: var(--clean); stroke-width: 1.5; }
        .dot.s-worst { fill: var(--worst); }
        .dot.s-train { fill: var(--train); }
        .point { fill: var(--worst); stroke: var(--paper); stroke-width: 1.5; }
        .limit { stroke: var(--worst); stroke-width: 2; }
        .bar { fill: var(--ink); }
        .wide tbody th { min-width: 7rem; }
        .wide td.num, .wide td.whole { overflow-wrap: normal; white-space: nowrap; }
        svg .inside { fill: var(--paper); font-size: 11px; font-weight: 600; }
        .numbered { margin: .75rem 0 .5rem; }
        .plot { padding-left: 2.9rem; padding-right: .75rem; }
        .columns figcaption { font-size: .9375rem; font-weight: 600; color: var(--ink); }
        .legend { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; margin: .25rem 0 .75rem; padding: 0; list-style: none; font-size: .8125rem; color: var(--soft); }
        .legend li { margin: 0; font-size: .8125rem; white-space: nowrap; }
        .legend b { color: var(--ink); font-weight: 600; font-variant-numeric: tabular-nums; }
        .key { margin-right: .4rem; vertical-align: middle; }
        table { width: 100%; border-collapse: collapse; font-size: .9375rem; font-variant-numeric: lining-nums tabular-nums; }
        caption { text-align: left; padding-bottom: .75rem; max-width: 66ch; }
        th, td { padding: .5rem .6rem; text-align: left; vertical-align: baseline; border-bottom: 1px solid var(--rule); font-weight: 400; }
        th:first-child { padding-left: 0; }
        td:last-child, thead th:last-child { padding-right: 0; }
        thead th { font-size: .8125rem; line-height: 1.3; color: var(--soft); vertical-align: bottom; border-bottom-color: var(--soft); }
        tbody th { font-weight: 600; }
        tfoot th, tfoot td { font-weight: 600; border-bottom: 0; border-top: 1px solid var(--soft); }
        .num { text-align: right; }
        .num { overflow-wrap: normal; }
        td.num { white-space: nowrap; }
        .compact { font-size: .875rem; align-self: start; }
        .compact th, .compact td { padding: .2rem .6rem; }
        .compact + figcaption { margin-top: .35rem; }
        .compact caption { padding-bottom: .35rem; font-size: .8125rem; }
        .compact th:first-child { padding-left: 0; text-align: left; }
        .compact td:last-child, .compact th:last-child { padding-right: 0; }
        .compact .at th, .compact .at td { font-weight: 600; border-bottom-color: var(--soft); }
        .notice { display: block; font-size: .8125rem; font-weight: 400; line-height: 1.4; }
        .options { display: block; font-size: .8125rem; font-weight: 400; color: var(--soft); line-height: 1.4; }
        .gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.75rem, 1fr)); gap: 1.25rem 1rem; margin-top: 1.1rem; }
        .gallery.tables { grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr)); }
        .gallery figure { max-width: 21rem; }
        .triple { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: .3rem; text-align: center; font: 600 .9375rem/1.4 var(--serif); }
        .triple p { grid-column: 1 / -1; margin: 0; overflow-wrap: anywhere; }
        .triple img { display: block; width: 100%; height: auto; image-rendering: pixelated; background: var(--track); }
        .triple .wrong { color: var(--worst); }
        .gallery figcaption { font-size: .8125rem; }
        .findings { list-style: none; padding: 0; max-width: 72ch; }
        .findings li { margin: 0 0 1.25rem; padding-left: 1rem; border-left: 3px solid var(--info); }
        .findings li:last-child { margin-bottom: 0; }
        .findings .error { border-color: var(--bad); }
        .findings .warning { border-color: var(--warn); }
        .findings p { margin: 0 0 .35rem; }
        .findings code { font-weight: 400; color: var(--soft); }
        .todo { color: var(--soft); }
        .todo b { font-weight: 600; }
        .tag { color: var(--info); }
        .error .tag { color: var(--bad); }
        .warning .tag { color: var(--warn); }
        .files { list-style: none; padding: 0; max-width: none; font-size: .9375rem; }
        .hash { color: var(--soft); font-size: .8125rem; white-space: nowrap; }
        @media (min-width: 34rem) {
          .gallery { grid-template-columns: repeat(auto-fill, minmax(15.5rem, 1fr)); gap: 1.5rem 2rem; }
          .figures { grid-template-columns: repeat(4, minmax(0, 1fr)); }
          .card .pairs { grid-template-columns: 1fr 1fr; }
        }
        @media (min-width: 48rem) {
          h1 { font-size: 2.625rem; }
          .sentence { font-size: 1.375rem; }
          .columns { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
          .split { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); }
          .figures dd { font-size: 1.875rem; }
          /* Titles, legends and plots of two charts stand level. */
          .columns figure { display: grid; grid-template-rows: subgrid; grid-row: span 3; row-gap: 0; }
        }
        @media (min-width: 60rem) {
          main { padding: 4rem 2.5rem 6rem; }
          section { display: grid; grid-template-columns: 10rem minmax(0, 1fr); gap: 0 2.5rem; padding: 1.75rem 0 2.75rem; }
          section.wide { display: block; }
          header { padding-left: 12.5rem; }
          .pairs div { grid-template-columns: 11rem minmax(0, 1fr); }
        }
        @media (max-width: 39.99rem) {
          .stack, .stack caption, .stack tbody, .stack tfoot { display: block; }
          .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          .stack tr { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: .35rem .9rem; align-items: end; padding: .8rem 0; border-top: 1px solid var(--rule); }
          .wide .stack tr { align-items: start; }
          .stack tfoot tr { border-top-color: var(--soft); }
          .stack th, .stack td { border: 0; padding: 0; }
          .stack th { grid-column: 1 / -1; }
          .stack td { text-align: left; }
          .stack td::before { content: attr(data-label); display: block; font-size: .75rem; line-height: 1.3; font-weight: 400; color: var(--soft); white-space: normal; }
        }
        @media print {
          :root {
            color-scheme: light;
            --paper: #fff; --card: #fff; --ink: #000; --soft: #444; --rule: #bbb; --track: #eee;
            --clean: #2c5f8a; --worst: #a8471f; --train: #5d6b3a; --twin: #7d7f83; --upto: #d9a98f; --link: #000;
            --good: #2d6a3e; --bad: #9a3412; --warn: #7a5600; --info: #3d566e;
          }
          @page { margin: 16mm 15mm; }
          body { font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
          main { max-width: none; padding: 0; }
          section { display: block; padding: .9rem 0 1.1rem; }
          header { padding-left: 0; }
          .columns { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
          .multiples { grid-template-columns: repeat(3, minmax(0, 1fr)); }
          h2 { break-after: avoid; }
          figure, tr, .card, .findings li, .figures { break-inside: avoid; }
          .gallery { grid-template-columns: repeat(3, minmax(0, 1fr)); }
          .gallery.tables { grid-template-columns: repeat(2, minmax(0, 1fr)); }
          .split { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); }
        }
        """;
}
