using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Temper.Errors;
using Temper.Losses;
using Temper.Models.Passes;
using static TorchSharp.torch;

namespace Temper.Models;

/// <summary>The gradient of a per-example loss with respect to the input; parameters and their gradients stay untouched.</summary>
public static class InputGradient
{
    private static readonly ConditionalWeakTable<IClassifier, HashSet<string>> Probed = [];

    /// <summary>Computes scores, loss and gradient; one forward and one gradient pass per example.</summary>
    /// <param name="model">The model, in the mode the caller chose.</param>
    /// <param name="loss">The loss, larger = worse for the model.</param>
    /// <param name="x">Inputs, shape (N, C, H, W); borrowed, its flags unchanged.</param>
    /// <param name="labels">Labels, int64, shape (N).</param>
    /// <returns>Scores (N, classes), loss (N) and gradient (as <paramref name="x"/>), all detached; the caller owns them.</returns>
    /// <remarks>The loss is summed over examples, so no example influences another's gradient.</remarks>
    public static (Tensor Logits, Tensor Loss, Tensor Gradient) Compute(
        MeteredClassifier model,
        AttackLoss loss,
        Tensor x,
        Tensor labels
    )
    {
        using var pass = GraphPass.Open(model, x.shape[0]);
        return Compute(model, pass, loss, x, labels);
    }

    /// <summary>Computes scores, loss and gradient by a pass that stays open for many of them.</summary>
    /// <param name="model">The model.</param>
    /// <param name="pass">The open pass through it; null for autograd.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="x">Inputs.</param>
    /// <param name="labels">Labels.</param>
    internal static (Tensor Logits, Tensor Loss, Tensor Gradient) Compute(
        MeteredClassifier model,
        GraphPass? pass,
        AttackLoss loss,
        Tensor x,
        Tensor labels
    )
    {
        // The pass divides its work among images, of which there must be one.
        if (pass is null || x.shape[0] == 0)
        {
            return ByAutograd(model, loss, x, labels);
        }
        model.Input.Check(x.shape, "model");
        model.Meter.AddForwards(x.shape[0]);
        model.Meter.AddGradients(x.shape[0]);
        return pass.Gradient(x, scores => loss.WithSlope(scores, labels));
    }

    private static (Tensor Logits, Tensor Loss, Tensor Gradient) ByAutograd(
        MeteredClassifier model,
        AttackLoss loss,
        Tensor x,
        Tensor labels
    )
    {
        using var scope = NewDisposeScope();
        using var withGrad = enable_grad();
        var leaf = x.detach().requires_grad_();
        var logits = model.Logits(leaf);
        var perExample = loss.PerExample(logits, labels);
        var gradient = autograd.grad([perExample.sum()], [leaf])[0];
        model.Meter.AddGradients(x.shape[0]);
        return (
            logits.detach().MoveToOuterDisposeScope(),
            perExample.detach().MoveToOuterDisposeScope(),
            gradient.MoveToOuterDisposeScope()
        );
    }

    /// <summary>Tries a gradient once per pair of model and loss, by the native entry that reports errors.</summary>
    /// <remarks>
    /// <c>autograd.grad</c> has no exception guard on the native side: an error there ends the process.
    /// <c>backward</c> has one, so one row goes through it first. It would leave gradients on the parameters,
    /// so the gradients found before are put back.
    /// </remarks>
    /// <exception cref="ModelException">The scores do not depend on the input in a differentiable way.</exception>
    internal static void Probe(IClassifier model, AttackLoss loss, Tensor x, Tensor labels)
    {
        var seen = Probed.GetOrCreateValue(model);
        if (x.shape[0] == 0 || !seen.Add(loss.Id))
        {
            return;
        }
        using var scope = NewDisposeScope();
        using var withGrad = enable_grad();
        var saved =
            InnerModule.Behind(model)?.parameters().Select(p => (Parameter: p, Gradient: p.grad?.clone())).ToArray()
            ?? [];
        try
        {
            var leaf = x[..1].detach().clone().requires_grad_();
            var total = loss.PerExample(model.Logits(leaf), labels[..1]).sum();
            if (!total.requires_grad)
            {
                throw new ModelException(
                    $"model: its scores carry no gradient to the input, so '{loss.Id}' cannot be followed; it is a scores-only model."
                );
            }
            total.backward();
            if (leaf.grad is null)
            {
                throw new ModelException("model: no gradient reaches the input; it is a scores-only model.");
            }
        }
        catch (ExternalException e)
        {
            seen.Remove(loss.Id);
            throw new ModelException($"model: its gradient cannot be computed ({e.Message.Split('\n')[0]}).", e);
        }
        catch (ModelException)
        {
            seen.Remove(loss.Id);
            throw;
        }
        finally
        {
            foreach (var (parameter, gradient) in saved)
            {
                parameter.grad = gradient?.DetachFromDisposeScope();
            }
        }
    }
}
