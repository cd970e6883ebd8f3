using System.ComponentModel.DataAnnotations;
using Temper.Models.Graphs;
using Temper.Runs;

namespace Temper.Models.Architectures;

/// <summary>A multi-layer perceptron with ReLU.</summary>
[Component("mlp", "Fully connected layers with ReLU", "Rumelhart, Hinton, Williams 1986")]
public sealed class Mlp(Mlp.Options options) : GraphArchitecture("mlp", options.Normalise)
{
    /// <summary>Options of the network.</summary>
    public new sealed record Options : GraphArchitecture.Options
    {
        /// <summary>Gets the width of each hidden layer.</summary>
        [System.ComponentModel.Description("width of each hidden layer")]
        [Range(1, 100_000)]
        public int Width { get; init; } = 256;

        /// <summary>Gets the number of hidden layers.</summary>
        [System.ComponentModel.Description("number of hidden layers")]
        [Range(1, 100)]
        public int Depth { get; init; } = 2;

        /// <summary>Gets whether BatchNorm follows each hidden layer.</summary>
        [System.ComponentModel.Description("BatchNorm after each hidden layer")]
        public bool BatchNorm { get; init; }

        /// <summary>Gets the drop-out rate after each hidden layer.</summary>
        [System.ComponentModel.Description("drop-out rate after each hidden layer")]
        [Range(0, 0.9)]
        public double Dropout { get; init; }
    }

    /// <inheritdoc/>
    protected override string Layers(GraphBuilder graph, string x, int classes)
    {
        x = graph.Flatten(x);
        for (var i = 0; i < options.Depth; i++)
        {
            x = graph.Linear(x, $"linear{i}", options.Width);
            x = options.BatchNorm ? graph.BatchNorm(x, $"norm{i}") : x;
            x = graph.Dropout(graph.Relu(x), options.Dropout);
        }
        return graph.Linear(x, "scores", classes);
    }
}
