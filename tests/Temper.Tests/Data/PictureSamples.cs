namespace Temper.Tests.Data;

/// <summary>One image of 12 × 8, red above to blue below, as other programs write it in the forms that occur.</summary>
internal static class PictureSamples
{
    public static byte[] Base { get; } =
        Convert.FromBase64String(
            "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMU"
                + "FRUVDA8XGBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU"
                + "FBQUFBQUFBT/wAARCAAIAAwDAREAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAj/xAAXEAADAQAAAAAAAAAAAAAAAAAAFmOh"
                + "/8QAFgEBAQEAAAAAAAAAAAAAAAAAAAcI/8QAFxEAAwEAAAAAAAAAAAAAAAAAABdjof/aAAwDAQACEQMRAD8AjZ+ppcEfLDRzhpof"
                + "qaEfLA4aaf/Z"
        );

    public static byte[] Progressive { get; } =
        Convert.FromBase64String(
            "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMU"
                + "FRUVDA8XGBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU"
                + "FBQUFBQUFBT/wgARCAAIAAwDAREAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAf/xAAWAQEBAQAAAAAAAAAAAAAAAAAABgf/"
                + "2gAMAwEAAhADEAAAAY1caOP/xAAVEAEBAAAAAAAAAAAAAAAAAAAAFP/aAAgBAQABBQK9e//EABYRAAMAAAAAAAAAAAAAAAAAAAAW"
                + "Yv/aAAgBAwEBPwFwocKP/8QAFhEAAwAAAAAAAAAAAAAAAAAAABZi/9oACAECAQE/AUeRHk//xAAVEAEBAAAAAAAAAAAAAAAAAAAA"
                + "Mf/aAAgBAQAGPwKq/8QAFBABAAAAAAAAAAAAAAAAAAAAEP/aAAgBAQABPyEr/9oADAMBAAIAAwAAABCT/8QAFhEAAwAAAAAAAAAA"
                + "AAAAAAAAABHw/9oACAEDAQE/EKZTP//EABYRAAMAAAAAAAAAAAAAAAAAAAAR8P/aAAgBAgEBPxCUSj//xAAWEAADAAAAAAAAAAAA"
                + "AAAAAAAAEfD/2gAIAQEAAT8QhkM//9k="
        );

    public static byte[] Grey { get; } =
        Convert.FromBase64String(
            "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMU"
                + "FRUVDA8XGBYUGBIUFRT/wAALCAAIAAwBAREA/8QAFQABAQAAAAAAAAAAAAAAAAAAAAj/xAAXEAADAQAAAAAAAAAAAAAAAAAAFmKh"
                + "/9oACAEBAAA/AIKcL0OF6f/Z"
        );

    public static byte[] Interlaced { get; } =
        Convert.FromBase64String(
            "iVBORw0KGgoAAAANSUhEUgAAAAwAAAAIBAMAAAFIzTNUAAAAGFBMVEX/AADaACS2AEiRAG1tAJFIALYkANoAAP/uZVV5AAAAK0lE"
                + "QVQI12NgAAIXByippKTEkJaWBuKB2S4uLmC+IBgwGIMBQygYMJSDAQAQ9AtlFoOiUAAAAABJRU5ErkJggg=="
        );

    public static byte[] Palette { get; } =
        Convert.FromBase64String(
            "iVBORw0KGgoAAAANSUhEUgAAAAwAAAAICAMAAAD6Ou7DAAAAGFBMVEX/AADaACS2AEiRAG1tAJFIALYkANoAAP/uZVV5AAAAH0lE"
                + "QVQI103BtwEAAAiAMOz/f+xKAhZCCiW0MMIKJw8rEAFRs88CuwAAAABJRU5ErkJggg=="
        );

    public static byte[] Deep { get; } =
        Convert.FromBase64String(
            "iVBORw0KGgoAAAANSUhEUgAAAAwAAAAIEAIAAAASFlXlAAAAL0lEQVQoz2P8/5+BKoDl9m0GBhUVKhh05w6VDLp9m4FBVXXURXgA"
                + "IwMDAwM1kgAAfPIQFdpwopEAAAAASUVORK5CYII="
        );

    public static byte[] Alpha { get; } =
        Convert.FromBase64String(
            "iVBORw0KGgoAAAANSUhEUgAAAAwAAAAIBAMAAAA/ygPCAAAAGFBMVEX/AADaACS2AEiRAG1tAJFIALYkANoAAP/uZVV5AAAACHRS"
                + "TlOAgICAgICAgBnLLxMAAAAjSURBVAjXY2CAAEEwYFACAwZjMGBwAQOGUDBgSAMDhnIwAADDdAsph3yjpwAAAABJRU5ErkJggg=="
        );

    public static byte[] Plain { get; } =
        Convert.FromBase64String(
            "iVBORw0KGgoAAAANSUhEUgAAAAwAAAAIBAMAAAA/ygPCAAAAGFBMVEX/AADaACS2AEiRAG1tAJFIALYkANoAAP/uZVV5AAAAI0lE"
                + "QVQI12NggABBMGBQAgMGYzBgcAEDhlAwYEgDA4ZyMAAAw3QLKYd8o6cAAAAASUVORK5CYII="
        );

    public static byte[][] All { get; } = [Base, Progressive, Grey, Interlaced, Palette, Deep, Alpha, Plain];

    /// <summary>The colour of each row.</summary>
    public static (byte Red, byte Green, byte Blue)[] Rows { get; } =
    [(255, 0, 0), (218, 0, 36), (182, 0, 72), (145, 0, 109), (109, 0, 145), (72, 0, 182), (36, 0, 218), (0, 0, 255)];
}
