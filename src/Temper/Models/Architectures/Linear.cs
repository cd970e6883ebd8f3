using Temper.Models.Graphs;
using Temper.Runs;

namespace Temper.Models.Architectures;

/// <summary>A linear classifier, whose robustness has a closed form.</summary>
[Component("linear", "One linear layer", "closed forms: the distance to a boundary is |Δz| / ‖Δw‖ of the dual norm")]
public sealed class Linear(Linear.Options options) : GraphArchitecture("linear", options.Normalise)
{
    /// <summary>Options of the network.</summary>
    public new sealed record Options : GraphArchitecture.Options
    {
        /// <summary>Gets whether the layer has a bias.</summary>
        [System.ComponentModel.Description("whether the layer has a bias")]
        public bool Bias { get; init; } = true;
    }

    /// <inheritdoc/>
    protected override string Layers(GraphBuilder graph, string x, int classes) =>
        graph.Linear(graph.Flatten(x), "scores", classes, options.Bias);
}
