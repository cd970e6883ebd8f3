// Two torch computations at once on two cores slow each other 10-30 times, and dispose scopes are thread-static.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
