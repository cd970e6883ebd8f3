namespace Temper.Runs;

/// <summary>The protocol that an evaluation follows.</summary>
public enum ProtocolKind
{
    /// <summary>None: attacks chosen one by one.</summary>
    None,

    /// <summary>Probes on 256 random examples: a first look.</summary>
    Quick,

    /// <summary>AutoAttack, probes and unseen threats: the least that a claim needs.</summary>
    Standard,

    /// <summary>More attacks and probes of other kinds.</summary>
    Full,
}
