using Google.Protobuf;
using Temper.Errors;
using Temper.Onnx.Schema;

namespace Temper.Onnx.Reading;

/// <summary>Parses an ONNX file and refuses what no reader after it should see.</summary>
/// <remarks>
/// Fields that the schema here does not list are dropped, and onnxruntime is given what is left: it sees nothing that was
/// not looked at. Nesting is limited to 100 levels by the parser, and no length is believed before the bytes are there.
/// </remarks>
internal static class ModelReader
{
    private static readonly MessageParser<ModelProto> Parser = ModelProto.Parser.WithDiscardUnknownFields(true);

    /// <summary>Reads a file.</summary>
    public static ModelProto Read(string path)
    {
        try
        {
            return Parse(File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read ({e.Message}).", e);
        }
    }

    /// <summary>Parses the bytes of a file.</summary>
    public static ModelProto Parse(byte[] bytes, string path)
    {
        ModelProto model;
        try
        {
            model = Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new DataException($"{path}: not an ONNX file, or a damaged one ({Excerpt.Clean(e.Message)}).", e);
        }
        if (model.Graph is null)
        {
            throw new DataException(
                $"{path}: field 'graph' missing, expected an ONNX model; is the file another kind?"
            );
        }
        foreach (var (tensor, place) in TensorWalk.All(model))
        {
            Check(tensor, $"{path}: {place}");
        }
        return model;
    }

    /// <summary>The version of the standard's operators that a model is written in; 1 where it does not say.</summary>
    public static long Opset(ModelProto model) =>
        model.OpsetImport.Where(o => o.Domain is "" or "ai.onnx").Select(o => o.Version).DefaultIfEmpty(1).Max();

    /// <summary>The bytes of a model, without what the reader dropped.</summary>
    /// <exception cref="ModelException">It is too large for one message.</exception>
    public static byte[] ToBytes(this ModelProto model)
    {
        try
        {
            return MessageExtensions.ToByteArray(model);
        }
        catch (OverflowException e)
        {
            throw new ModelException("model: it is larger than the 2 GB that one ONNX file can hold.", e);
        }
    }

    private static void Check(TensorProto tensor, string place)
    {
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External || tensor.ExternalData.Count > 0)
        {
            throw new DataException($"{place}: its values lie in another file, expected a model in one file.");
        }
        if (tensor.Segment is not null)
        {
            throw new DataException($"{place}: it is stored in segments, expected whole tensors.");
        }
        StoredTensor.CheckSize(tensor, place);
    }
}
