namespace ExchangeGateway.Gateway.Refusals;

/// <summary>One way to be refused. The <see cref="Catalogue"/> is the only place that names them.</summary>
/// <param name="Code">Stable code; the problem's <c>type</c> is <c>urn:exchange-gateway:probleme:&lt;code&gt;</c>.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Title">French title.</param>
/// <param name="WhatToDo">French sentence: what the caller can do about it.</param>
/// <param name="Fault">Whose fault: <c>partenaire</c> or <c>passerelle</c>.</param>
internal sealed record Refusal(string Code, int Status, string Title, string WhatToDo, string Fault = Refusal.Partner)
{
    public const string Partner = "partenaire";
    public const string Gateway = "passerelle";

    public string Type => "urn:exchange-gateway:probleme:" + Code;
}
