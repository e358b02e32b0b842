namespace ExchangeGateway.Browser;

/// <summary>People of the demonstration.</summary>
internal static class Accounts
{
    public const string Office = "greffe@etude-75-001.invalid";
    public const string Secretariat = "secretariat@ccapex-75.invalid";
    public const string Jurist = "juriste@adil-75.invalid";
    public const string SocialWorker = "service-social@ville-75.invalid";
    public const string Dpo = "dpo@passerelle.invalid";
}

/// <summary>Files that people choose in a form.</summary>
internal static class Samples
{
    /// <summary>The smallest PDF that a reader opens.</summary>
    public static readonly byte[] Pdf =
        """
        %PDF-1.4
        1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
        2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
        3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj
        trailer<</Root 1 0 R>>
        %%EOF
        """u8.ToArray();

    /// <summary>The same with a comment of so many bytes in it.</summary>
    public static byte[] PdfOf(int bytes) => [.. Pdf[..9], (byte)'%', .. Enumerable.Repeat((byte)'a', bytes), (byte)'\n', .. Pdf[9..]];

    public static readonly byte[] PdfWithScript = [.. Pdf[..9], .. "4 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj\n"u8, .. Pdf[9..]];

    public static Microsoft.Playwright.FilePayload File(string name, string type, byte[] content) => new() { Name = name, MimeType = type, Buffer = content };
}
