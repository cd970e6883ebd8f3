using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Temper.Errors;

namespace Temper.Models.Scripts;

/// <summary>Walks through a pickle of an archive and looks at what it names; nothing is made and nothing is called.</summary>
/// <remarks>
/// Only the opcodes that libtorch writes are taken. Tensors are checked against the bytes that the archive holds for
/// them: libtorch believes sizes, strides and offsets as they stand.
/// </remarks>
internal sealed class ScriptPickle
{
    private const int MostStack = 1_000_000;

    private static readonly HashSet<string> Functions =
    [
        "torch._utils _rebuild_tensor_v2",
        "collections OrderedDict",
        "torch.jit._pickle build_intlist",
        "torch.jit._pickle build_tensorlist",
        "torch.jit._pickle build_doublelist",
        "torch.jit._pickle build_boollist",
        "torch.jit._pickle restore_type_tag",
        "torch device",
    ];

    private static readonly Dictionary<string, int> Storages = new(StringComparer.Ordinal)
    {
        ["torch ByteStorage"] = 1,
        ["torch CharStorage"] = 1,
        ["torch BoolStorage"] = 1,
        ["torch ShortStorage"] = 2,
        ["torch HalfStorage"] = 2,
        ["torch BFloat16Storage"] = 2,
        ["torch IntStorage"] = 4,
        ["torch FloatStorage"] = 4,
        ["torch LongStorage"] = 8,
        ["torch DoubleStorage"] = 8,
    };

    private static readonly object Mark = new();
    private static readonly object Other = new();

    private readonly byte[] _bytes;
    private readonly string _file;
    private readonly ScriptOutline _outline;
    private readonly Func<string, long?> _sizeOf;
    private readonly Stack<object> _stack = new();
    private readonly Dictionary<long, object> _memo = [];
    private int _at;

    private ScriptPickle(byte[] bytes, string file, ScriptOutline outline, Func<string, long?> sizeOf) =>
        (_bytes, _file, _outline, _sizeOf) = (bytes, file, outline, sizeOf);

    /// <summary>Walks through a pickle.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="file">The entry, for messages.</param>
    /// <param name="outline">The classes of the archive.</param>
    /// <param name="sizeOf">The bytes of a tensor's storage by its key; null where the archive holds none.</param>
    /// <exception cref="DataException">It names something else, or is damaged.</exception>
    public static void Walk(byte[] bytes, string file, ScriptOutline outline, Func<string, long?> sizeOf)
    {
        var walk = new ScriptPickle(bytes, file, outline, sizeOf);
        while (walk.Step())
        {
            if (walk._stack.Count > MostStack)
            {
                throw walk.Refuse($"more than {MostStack} values at once");
            }
        }
    }

    private bool Step()
    {
        var code = Take(1)[0];
        switch (code)
        {
            case 0x80: // PROTO
                return Take(1)[0] == 2 ? true : throw Refuse("another protocol than 2");
            case (byte)'.': // STOP
                return _at == _bytes.Length ? false : throw Refuse("bytes behind its end");
            case (byte)'(':
                return Push(Mark);
            case (byte)')' or (byte)']' or (byte)'}': // EMPTY_TUPLE, EMPTY_LIST, EMPTY_DICT
                return Push(code == ')' ? Array.Empty<object>() : Other);
            case (byte)'N' or 0x88 or 0x89: // NONE, NEWTRUE, NEWFALSE
                return Push(Other);
            case (byte)'G': // BINFLOAT
                Take(8);
                return Push(Other);
            case (byte)'K' or (byte)'M' or (byte)'J' or 0x8A: // BININT1, BININT2, BININT, LONG1
                return Push(Integer(code));
            case (byte)'X': // BINUNICODE
                return Push(Encoding.UTF8.GetString(Take(Length())));
            case (byte)'c': // GLOBAL
                return Push(Global());
            case (byte)'q': // BINPUT
                return Remember(Take(1)[0]);
            case (byte)'r': // LONG_BINPUT
                return Remember(Length());
            case (byte)'h': // BINGET
                return Recall(Take(1)[0]);
            case (byte)'j': // LONG_BINGET
                return Recall(Length());
            case (byte)'t': // TUPLE
                return Push(ToMark());
            case 0x85 or 0x86 or 0x87: // TUPLE1, TUPLE2, TUPLE3
                return Push(Enumerable.Range(0, code - 0x84).Select(_ => Pop()).Reverse().ToArray());
            case (byte)'e' or (byte)'u': // APPENDS, SETITEMS
                ToMark();
                return Keep(1);
            case (byte)'a': // APPEND
                Pop();
                return Keep(1);
            case (byte)'s': // SETITEM
                Pop();
                Pop();
                return Keep(1);
            case (byte)'b': // BUILD
                Pop();
                return Keep(1);
            case 0x81: // NEWOBJ
                Pop();
                return Pop() is ScriptClass ? Push(Other) : throw Refuse("an object of no class of the archive");
            case (byte)'Q': // BINPERSID
                return Push(Storage(Pop()));
            case (byte)'R': // REDUCE
                return Push(Call(Pop(), Pop()));
            default:
                throw Refuse($"the opcode 0x{code:x2}, which libtorch does not write");
        }
    }

    private object Global()
    {
        var name = $"{Line()} {Line()}";
        if (Functions.Contains(name) || Storages.ContainsKey(name))
        {
            return name;
        }
        return _outline.Class(name.Replace(' ', '.')) ?? throw Refuse($"the global '{name.Replace(' ', '.')}'");
    }

    private object Call(object arguments, object function)
    {
        if (function is not string name || !Functions.Contains(name) || arguments is not object[] given)
        {
            throw Refuse("a call of something that is not a function it may call");
        }
        if (name == "torch._utils _rebuild_tensor_v2")
        {
            CheckTensor(given);
        }
        return Other;
    }

    /// <summary>('storage', TYPE, key, device, number of elements) → the number of elements.</summary>
    private Extent Storage(object id)
    {
        if (
            id is not object[] parts
            || parts is not ["storage", string type, string key, string, long count, ..]
            || !Storages.TryGetValue(type, out var width)
        )
        {
            throw Refuse("a storage of another form than libtorch writes");
        }
        if (count < 0 || _sizeOf(key) is not { } size || count > size / width)
        {
            throw Refuse($"the storage '{key}' of {count} elements, which the archive does not hold");
        }
        return new Extent(count);
    }

    /// <summary>(storage, offset, sizes, strides, …): every element must lie in the storage.</summary>
    private void CheckTensor(object[] given)
    {
        if (
            given is not [Extent storage, long offset, object[] sizes, object[] strides, ..]
            || sizes.Length != strides.Length
        )
        {
            throw Refuse("a tensor of another form than libtorch writes");
        }
        var last = (decimal)offset;
        var empty = false;
        for (var i = 0; i < sizes.Length; i++)
        {
            if (sizes[i] is not (long and >= 0 and var size) || strides[i] is not (long and >= 0 and var stride))
            {
                throw Refuse("a tensor whose sizes or strides are no whole numbers from 0");
            }
            empty |= size == 0;
            // Two numbers of 31 bits: what is larger can lie in no file.
            last += Math.Min(Math.Max(size - 1, 0), int.MaxValue) * (decimal)Math.Min(stride, int.MaxValue);
        }
        if (offset < 0 || (!empty && last >= storage.Count))
        {
            throw Refuse($"a tensor that reaches beyond its storage of {storage.Count} elements");
        }
    }

    private long Integer(byte code)
    {
        switch (code)
        {
            case (byte)'K':
                return Take(1)[0];
            case (byte)'M':
                return BinaryPrimitives.ReadUInt16LittleEndian(Take(2));
            case (byte)'J':
                return BinaryPrimitives.ReadInt32LittleEndian(Take(4));
            default:
                var digits = Take(Take(1)[0]);
                return digits.Length <= 8
                    ? (long)new System.Numerics.BigInteger(digits)
                    : throw Refuse("a whole number of more than 64 bits");
        }
    }

    private object[] ToMark()
    {
        List<object> items = [];
        while (_stack.TryPeek(out var top) && top != Mark)
        {
            items.Add(_stack.Pop());
        }
        if (!_stack.TryPop(out _))
        {
            throw Refuse("a group that was never begun");
        }
        items.Reverse();
        return [.. items];
    }

    private bool Keep(int count) => _stack.Count >= count ? true : throw Refuse("an opcode without the value it needs");

    private bool Push(object value)
    {
        _stack.Push(value);
        return true;
    }

    /// <summary>Takes a value. libtorch keeps its marks apart, so an opcode that reaches over one would mean something else there.</summary>
    private object Pop() =>
        _stack.TryPop(out var value) && value != Mark ? value : throw Refuse("an opcode without the value it needs");

    private bool Remember(long place)
    {
        Keep(1);
        _memo[place] = _stack.Peek();
        return true;
    }

    private bool Recall(long place) =>
        Push(_memo.TryGetValue(place, out var value) ? value : throw Refuse("a value that was never kept"));

    private int Length()
    {
        var length = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
        return length <= int.MaxValue ? (int)length : throw Refuse("a length beyond its end");
    }

    private string Line()
    {
        var end = Array.IndexOf(_bytes, (byte)'\n', _at);
        if (end < 0 || end - _at > 1000)
        {
            throw Refuse("a global without its name");
        }
        var text = Encoding.Latin1.GetString(_bytes, _at, end - _at);
        _at = end + 1;
        return string.Concat(text.Select(c => c is >= '!' and <= '~' ? c : '?'));
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - _at)
        {
            throw Refuse("no end: it is cut off");
        }
        _at += count;
        return _bytes.AsSpan(_at - count, count);
    }

    private DataException Refuse(string what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{_file}, byte {_at}: found {what}"));

    /// <summary>A storage of so many elements.</summary>
    private sealed record Extent(long Count);
}
