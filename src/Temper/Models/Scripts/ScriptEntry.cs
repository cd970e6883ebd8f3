namespace Temper.Models.Scripts;

/// <summary>One entry of a TorchScript archive, as its directory describes it.</summary>
/// <param name="Name">The name below the archive's own folder.</param>
/// <param name="Method">0 stored, 8 deflated.</param>
/// <param name="PackedSize">Bytes in the file.</param>
/// <param name="Size">Bytes unpacked, as declared.</param>
/// <param name="Offset">Where its local header lies.</param>
internal sealed record ScriptEntry(string Name, ushort Method, long PackedSize, long Size, long Offset);
