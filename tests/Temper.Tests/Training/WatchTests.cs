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
    public void A_smaller_fall_is_a_sign_where_FGSM_finds_less()
    {
        var state = Watch(new OverfittingWatch(Budget), (964, 834, 600), (970, 856, 468));
        Assert.Contains("FGSM accuracy rose from 83.4 % to 85.6 %", state.StopReason, StringComparison.Ordinal);
        Assert.True(state.RollBack);
        // Both attacks find more: an ordinary bad epoch.
        Assert.Null(Watch(new OverfittingWatch(Budget), (964, 834, 600), (970, 720, 468)).StopReason);
    }

    [Fact]
    public void A_rise_of_a_few_points_far_below_FGSM_does_not_count()
    {
        (int, int, int)[] slow = [(943, 754, 52), (969, 816, 82), (970, 961, 83)];
        Assert.Null(Watch(new OverfittingWatch(Budget), slow[..2]).StopReason);
        Assert.NotNull(Watch(new OverfittingWatch(Budget), slow).StopReason);
        // A young model that was as far apart and then rises.
        Assert.Null(Watch(new OverfittingWatch(Budget), (933, 825, 20), (964, 834, 600), (970, 860, 700)).StopReason);
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
        second.OnEpoch(state, Record(2, (975, 960, 740), Budget));
        Assert.Contains("rose from 90.0 % to 96.0 %", state.StopReason, StringComparison.Ordinal);
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

    [Fact]
    public void A_model_that_answers_one_class_is_stopped_after_two_epochs_and_rolls_back()
    {
        // 990 of 1,000 get one answer; the most frequent class has 110.
        Assert.Null(Answers((200, Budget), (990, Budget)).StopReason);
        var state = Answers((200, Budget), (990, Budget), (1000, Budget));
        Assert.Contains("one answer to 1000 of 1000", state.StopReason, StringComparison.Ordinal);
        Assert.True(state.RollBack);
        Assert.Null(Answers((200, Budget), (990, Budget), (300, Budget), (990, Budget)).StopReason);
        Assert.Null(Answers((200, Budget), (900, Budget), (900, Budget)).StopReason);
    }

    [Fact]
    public void A_model_that_never_did_otherwise_fails_and_the_warm_up_does_not_count()
    {
        var e = Assert.Throws<RunFailedException>(() => Answers((990, Budget), (990, Budget)));
        Assert.Contains("training.epsilon-warmup", e.Message, StringComparison.Ordinal);
        Assert.Null(Answers((990, 0.1), (990, 0.2), (990, Budget)).StopReason);
    }

    [Fact]
    public void One_answer_is_no_collapse_where_nearly_all_examples_are_of_its_class()
    {
        var watch = new CollapseWatch(Budget);
        var state = new TrainState(_model, 10, 1);
        var validation = new ValidationRecord(1000, 960, 900, 850, 850) { MostAnswered = 990, MostFrequent = 950 };
        for (var epoch = 1; epoch < 4; epoch++)
        {
            watch.OnEpoch(state, Record(epoch, (960, 900, 850), Budget) with { Validation = validation });
        }
        Assert.Null(state.StopReason);
    }

    [Fact]
    public void A_resumed_collapse_watch_goes_on_where_it_was()
    {
        var first = new CollapseWatch(Budget);
        var state = new TrainState(_model, 10, 1);
        first.OnEpoch(state, Answered(1, 200, Budget));
        first.OnEpoch(state, Answered(2, 990, Budget));
        var second = new CollapseWatch(Budget);
        second.Restore(first.Save());
        second.OnEpoch(state, Answered(3, 990, Budget));
        Assert.True(state.RollBack);
    }

    [Theory]
    [InlineData(865, false)]
    [InlineData(834, true)]
    public void Robust_overfitting_is_named_from_a_gap_of_more_than_a_point_and_a_half(int last, bool isNamed)
    {
        var path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));
        try
        {
            var keeper = new BestKeeper(path, null, new Dictionary<string, string>());
            Watch(keeper, (970, 900, 800), (970, 900, 850), (970, 900, last));
            // From a checkpoint it says the same.
            var resumed = new BestKeeper(path, null, new Dictionary<string, string>());
            resumed.Restore(keeper.Save());
            Assert.Equal(keeper.RobustOverfitting, resumed.RobustOverfitting);
            Assert.Equal((keeper.Best, keeper.Last), (resumed.Best, resumed.Last));
            Assert.Equal(new KeptEpoch(3, 1000, 970, last), keeper.Last);
            if (isNamed)
            {
                Assert.Equal(new KeptEpoch(2, 1000, 970, 850), keeper.Best);
                Assert.Contains("85.0 %", keeper.RobustOverfitting, StringComparison.Ordinal);
                Assert.Contains("1.6 points less", keeper.RobustOverfitting, StringComparison.Ordinal);
            }
            else
            {
                Assert.Null(keeper.RobustOverfitting);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void An_epoch_of_one_answer_is_not_the_best_while_there_is_another()
    {
        var path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));
        try
        {
            // The class that is always answered has 600 of 1,000 examples, more than an honest model leaves right.
            var keeper = new BestKeeper(path, null, new Dictionary<string, string>());
            var state = new TrainState(_model, 10, 1);
            keeper.OnEpoch(state, Epoch(1, robust: 600, answered: 1000));
            Assert.Equal(1, keeper.Epoch);
            keeper.OnEpoch(state, Epoch(2, robust: 500, answered: 700));
            Assert.Equal(2, keeper.Epoch);
            var resumed = new BestKeeper(path, null, new Dictionary<string, string>());
            resumed.Restore(keeper.Save());
            resumed.OnEpoch(state, Epoch(3, robust: 600, answered: 1000));
            Assert.Equal(2, resumed.Epoch);
            resumed.OnEpoch(state, Epoch(4, robust: 510, answered: 700));
            Assert.Equal(4, resumed.Epoch);
        }
        finally
        {
            File.Delete(path);
        }

        static EpochRecord Epoch(int epoch, int robust, int answered)
        {
            var record = Record(epoch, (800, robust, robust), Budget);
            return record with { Validation = record.Validation with { MostAnswered = answered, MostFrequent = 600 } };
        }
    }

    private TrainState Answers(params (int Most, double Epsilon)[] epochs)
    {
        var state = new TrainState(_model, 10, 1);
        var watch = new CollapseWatch(Budget);
        for (var i = 0; i < epochs.Length; i++)
        {
            watch.OnEpoch(state, Answered(i + 1, epochs[i].Most, epochs[i].Epsilon));
        }
        return state;
    }

    private static EpochRecord Answered(int epoch, int most, double epsilon)
    {
        var record = Record(epoch, (500, 400, 300), epsilon);
        return record with { Validation = record.Validation with { MostAnswered = most, MostFrequent = 110 } };
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
