using Temper.Runs;

namespace Temper.Tests.Runs;

/// <summary>Recipe texts for tests.</summary>
internal static class Texts
{
    public const string Smallest = "name: a\nsummary: b\nthreat: linf:0.3\ntraining: {}\n";

    public const string Full = """
        name: full-1.0
        summary: 'every key: written'
        seed: 18446744073709551615
        threads: 2
        data: { name: mnist, validation: 2000 }
        model: { id: mlp, width: 0.10, batch-norm: true, label: "7", nothing: ~ }
        threat: linf:8/255
        training:
          objective:
            id: pgd
            steps: 10
            step: rel:0.25
          epochs: 3
          batch: 64
          optimizer: { id: sgd, weight-decay: 5e-4, momentum: .9 }
          schedule:
            - [0, 0]
            - [0.25, 0.1]
            - [0.25, 0.01]
            - [1, 1e-5]
          epsilon-warmup: 0.5
          inner-mode: train
          ema: 0.999
          early-stop: 2
          checkpoint-steps: 10
          validate: { steps: 5, step: 2/255, examples: 100 }
          guard-overfitting: false
          guard-chance: false
        evaluation:
          attacks: [fgsm, { id: pgd, name: pgd-50, steps: 50 }, { id: pgd }]
          block: 250
          curve: { examples: 200, budgets: 11, attack: fgsm }
          twin: false
        expected:
          - { what: clean, value: 0.98, source: "measured" }
        """;

    public static string Json(RunConfig config) => ConfigReader.ToJson(config).ToJsonString();
}
