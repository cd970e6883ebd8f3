using Temper.Evaluation.Foretelling;

namespace Temper.Evaluation.Probing;

/// <summary>Runs the probes of an evaluation, each on every example of the subset that is right without an attack.</summary>
internal sealed class ProbeStage(EvaluationPlan plan, BlockRunner runner, Pace pace)
{
    /// <summary>Runs one probe.</summary>
    /// <param name="probe">The probe.</param>
    /// <param name="attackable">The examples, canonical indices ascending.</param>
    /// <param name="see">Told of every finished block.</param>
    /// <returns>Time, notices and surrogates.</returns>
    public AttackAccount Run(Probe probe, IReadOnlyList<int> attackable, Action<int, JournalLine> see)
    {
        var account = AttackAccount.Empty;
        var planned = new PlannedAttack(probe.Name, probe.Name, probe.Attack, probe.Threat);
        var rng = plan.Rng.Fork(probe.Name);
        var rounds = probe.Attack.Rounds(plan.Model.Classes, probe.Threat.Goal);
        // Points found under another budget prove nothing that the ledger says.
        var kept = (plan.Counts(probe), 0);
        IReadOnlyList<int> standing = attackable;
        for (var restart = 0; restart < rounds; restart++)
        {
            var stage = rounds == 1 ? probe.Name : $"{probe.Name}/{restart}";
            List<int> left = [];
            var (number, done) = (0, 0);
            foreach (var chunk in standing.Chunk(plan.ProbeBlock))
            {
                var line = runner.Run(stage, number, planned, restart, chunk, rng, kept, plan.ProbeBlock);
                see(restart, line);
                left.AddRange(line.Indices.Where((_, row) => !line.Broken[row]));
                account = account.With(line);
                number++;
                done += chunk.Length;
                pace.Finished(
                    probe.Name,
                    line,
                    restart + (done / (double)standing.Count),
                    new(stage, done, standing.Count, standing.Count - done + left.Count)
                );
            }
            standing = left;
        }
        pace.Ended(probe.Name, plan.Counts(probe), attackable.Count, standing.Count);
        return account;
    }
}
