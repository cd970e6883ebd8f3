namespace Temper.Workflow;

/// <summary>The first witness of a violation.</summary>
/// <param name="By">The method that proved the example.</param>
/// <param name="Margin">The lower bound of its margin.</param>
/// <param name="Method">The method asked for.</param>
/// <param name="Arithmetic">What the bounds speak of, and how they are rounded.</param>
internal sealed record ViolatedCertificate(string By, double Margin, string Method, string Arithmetic);
