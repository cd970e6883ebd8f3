namespace Temper.Training;

/// <summary>How a training method searches the ball.</summary>
public enum InnerSearch
{
    /// <summary>Steps of one length; the last point is taken.</summary>
    Pgd,

    /// <summary>Steps whose lengths follow the losses; the point of largest loss is taken.</summary>
    Apgd,
}
