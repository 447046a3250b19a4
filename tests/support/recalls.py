"""A recall of a transfer as a bank sends it, and the answer: camt.056 and camt.029 of ISO 20022.

    recall(amount="184000.00")
    resolution("PACR", "161500.00")
    resolution("RJCR", reason="AC04")

Floor: tests.
"""

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.056.001.08"

_MESSAGE = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="{namespace}"><FIToFIPmtCxlReq>
  <Assgnmt><Id>REC-1</Id><CreDtTm>2026-11-24T13:50:00Z</CreDtTm></Assgnmt>
  <Undrlyg>{transfers}</Undrlyg>
</FIToFIPmtCxlReq></Document>"""

_TRANSFER = """<TxInf>
  <OrgnlGrpInf><OrgnlMsgId>M-1</OrgnlMsgId><OrgnlCreDtTm>{at}</OrgnlCreDtTm></OrgnlGrpInf>
  <OrgnlTxId>FT26328XQ71</OrgnlTxId>
  <OrgnlUETR>eb6305c9-1f7f-49de-aed0-16487c27b42d</OrgnlUETR>
  <OrgnlIntrBkSttlmAmt Ccy="EUR">{amount}</OrgnlIntrBkSttlmAmt>
  <CxlRsnInf><Rsn><Cd>FRAD</Cd></Rsn></CxlRsnInf>
  <OrgnlTxRef>
    <Dbtr><Pty><Nm>Nordlicht
      Klinikbedarf GmbH</Nm></Pty></Dbtr>
    <DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct>
    <DbtrAgt><FinInstnId><BICFI>EXAMXX11</BICFI><Nm>First Example Bank</Nm></FinInstnId></DbtrAgt>
    <CdtrAgt><FinInstnId><BICFI>EXAMXX22</BICFI></FinInstnId></CdtrAgt>
    <Cdtr><Nm>Bright Harbour Trading Co</Nm></Cdtr>
    <CdtrAcct><Id><Othr><Id>6222000000000193</Id></Othr></Id></CdtrAcct>
  </OrgnlTxRef>
</TxInf>"""


def recall(
    amount: str = "184000.00",
    at: str = "2026-11-24T09:12:00Z",
    namespace: str = NAMESPACE,
    transfers: int = 1,
) -> bytes:
    """Return a message."""
    one = _TRANSFER.format(amount=amount, at=at)
    return _MESSAGE.format(namespace=namespace, transfers=one * transfers).encode()


_RESOLUTION = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.029.001.09"><RsltnOfInvstgtn>
  <Assgnmt><Id>RES-1</Id><CreDtTm>{at}</CreDtTm></Assgnmt>
  <Sts><Conf>RJCR</Conf></Sts>
  <CxlDtls><TxInfAndSts><OrgnlUETR>{reference}</OrgnlUETR><TxCxlSts>{status}</TxCxlSts>
    {reason}{amount}</TxInfAndSts></CxlDtls>
</RsltnOfInvstgtn></Document>"""


def resolution(
    status: str,
    amount: str = "",
    reason: str = "",
    reference: str = "eb6305c9-1f7f-49de-aed0-16487c27b42d",
    at: str = "2026-11-24T20:50:00Z",
) -> bytes:
    """Return what a bank answers to a recall."""
    why = f"<CxlStsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></CxlStsRsnInf>" if reason else ""
    held = f'<IntrBkSttlmAmt Ccy="EUR">{amount}</IntrBkSttlmAmt>' if amount else ""
    given = f"<RsltnRltdInf>{held}</RsltnRltdInf>" if held else ""
    made = _RESOLUTION.format(at=at, reference=reference, status=status, reason=why, amount=given)
    return made.encode()
