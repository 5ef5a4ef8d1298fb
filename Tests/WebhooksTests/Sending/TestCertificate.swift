/// A certificate for `localhost` and `127.0.0.1` that signed itself, with its key; for a hundred years, and for tests alone.
///
/// openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 36500 -nodes -subj "/CN=rollcall test"
///     -addext "subjectAltName=DNS:localhost,IP:127.0.0.1"
enum TestCertificate {
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBozCCAUmgAwIBAgIUdZ8DLiewlH7GdgMhlqaK05GEInUwCgYIKoZIzj0EAwIw
        GDEWMBQGA1UEAwwNcm9sbGNhbGwgdGVzdDAgFw0yNjExMjYwMDQ1NTVaGA8yMTI2
        MTEwMjAwNDU1NVowGDEWMBQGA1UEAwwNcm9sbGNhbGwgdGVzdDBZMBMGByqGSM49
        AgEGCCqGSM49AwEHA0IABAX1hTf14UdF9Adq5BJM/QomioTP07lDHMxmUhcHG/kq
        wtaAnrfriUb6JsM6l6zRNFNwZs5u3gVwM+MdPheCJS6jbzBtMB0GA1UdDgQWBBQX
        FzaSHQYM801C5qDsga6lK7D0fDAfBgNVHSMEGDAWgBQXFzaSHQYM801C5qDsga6l
        K7D0fDAPBgNVHRMBAf8EBTADAQH/MBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAA
        ATAKBggqhkjOPQQDAgNIADBFAiEAnrgSpWijvz9RrFJkPCzpY1sJYXrRr4guajff
        WI6E6XICIB5bASDjKZj4oh5qxxyhzKXnyL2XsdaAJjsUeu3s/eRG
        -----END CERTIFICATE-----
        """

    static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgkHU46s3BrjVQAs0L
        PWmKV0VQRh2dElRwvh6zl+l6wimhRANCAAQF9YU39eFHRfQHauQSTP0KJoqEz9O5
        QxzMZlIXBxv5KsLWgJ6364lG+ibDOpes0TRTcGbObt4FcDPjHT4XgiUu
        -----END PRIVATE KEY-----
        """
}
