using Temper.Tests.Training.Contract;

namespace Temper.Slow.Tests;

/// <summary>Every wrapper around every method: what it costs, and what it leaves behind.</summary>
public sealed class WrapperContractTests
{
    public static TheoryData<string> Names() => [.. ContractWrappers.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Counted_passes_are_the_formula(string name) =>
        Assert.All(ContractObjectives.Ids, id => WrapperChecks.Passes(name, id));

    [Theory]
    [MemberData(nameof(Names))]
    public void Weights_come_back_bit_for_bit_and_nothing_leaks(string name) =>
        Assert.All(ContractObjectives.Ids, id => WrapperChecks.Traces(name, id));
}
