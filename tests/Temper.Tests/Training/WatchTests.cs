using Temper.Errors;
using Temper.Models;
using Temper.Tests.Kit;
using Temper.Training;
using Temper.Training.Observers;

namespace Temper.Tests.Training;

public sealed class WatchTests : IDisposable
{
    private const double Budget = 0.3;
    private readonly ModuleClassifier _model = Toy.ConvNet(1);

    public void Dispose() => _model.Dispose();

    [Fact]
    public void A_young_model_with_a_gap_that_rises_is_left_alone()
    {
        var state = Watch(new OverfittingWatch(Budget), (940, 700, 460), (960, 880, 700), (970, 900, 850));
        Assert.Null(state.StopReason);
    }

    [Fact]
    public void A_fall_under_PGD_stops_at_once_and_rolls_back()
    {
        var state = Watch(new OverfittingWatch(Budget), (970, 900, 850), (975, 960, 100));
        Assert.Contains("PGD accuracy fell from 85.0 % to 10.0 %", state.StopReason, StringComparison.Ordinal);
        Assert.True(state.RollBack);
    }

    [Fact]
    public void A_model_that_never_held_against_PGD_is_stopped_after_two_epochs()
    {
        Assert.Null(Watch(new OverfittingWatch(Budget), (960, 900, 10), (960, 920, 5)).StopReason);
        Assert.NotNull(Watch(new OverfittingWatch(Budget), (960, 900, 10), (960, 920, 5), (960, 930, 0)).StopReason);
    }

    [Fact]
    public void FGSM_above_clean_is_label_leakage()
    {
        var state = Watch(new OverfittingWatch(Budget), (929, 969, 900));
        Assert.Contains("more right", state.StopReason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_warm_up_does_not_count()
    {
        var watch = new OverfittingWatch(Budget);
        var state = new TrainState(_model, 10, 1);
        watch.OnEpoch(state, Record(1, (960, 990, 900), 0.1));
        watch.OnEpoch(state, Record(2, (960, 700, 300), 0.3));
        Assert.Null(state.StopReason);
    }

    [Fact]
    public void A_resumed_watch_goes_on_where_it_was()
    {
        var first = new OverfittingWatch(Budget);
        var state = new TrainState(_model, 10, 1);
        first.OnEpoch(state, Record(1, (970, 900, 850), Budget));
        var second = new OverfittingWatch(Budget);
        second.Restore(first.Save());
        second.OnEpoch(state, Record(2, (975, 960, 100), Budget));
        Assert.NotNull(state.StopReason);
    }

    [Fact]
    public void A_loss_at_chance_for_two_epochs_ends_the_run_with_advice()
    {
        var watch = new ChanceWatch(10, Budget);
        var state = new TrainState(_model, 10, 1);
        watch.OnEpoch(state, Record(1, (110, 110, 110), Budget) with { Loss = 2.3026 });
        var e = Assert.Throws<RunFailedException>(() =>
            watch.OnEpoch(state, Record(2, (110, 110, 110), Budget) with { Loss = 2.301 })
        );
        Assert.Contains("epsilon-warmup", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Early_stopping_waits_as_long_as_it_was_told()
    {
        Assert.Null(Watch(new EarlyStop(2), (970, 900, 850), (970, 900, 840)).StopReason);
        Assert.NotNull(Watch(new EarlyStop(2), (970, 900, 850), (970, 900, 840), (970, 900, 850)).StopReason);
    }

    private TrainState Watch(ITrainObserver watch, params (int Clean, int Fgsm, int Pgd)[] epochs)
    {
        var state = new TrainState(_model, 10, 1);
        for (var i = 0; i < epochs.Length; i++)
        {
            watch.OnEpoch(state, Record(i + 1, epochs[i], Budget));
        }
        return state;
    }

    private static EpochRecord Record(int epoch, (int Clean, int Fgsm, int Pgd) v, double epsilon) =>
        new(epoch, epoch, 0.01, epsilon, 1.0, 0.5, new(1000, v.Clean, v.Fgsm, Math.Min(v.Fgsm, v.Pgd), v.Pgd), 1);
}
