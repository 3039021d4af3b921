#include "fhir/base/url.h"

#include "fhir/base/error.h"
#include "tests/support/thrown.h"

namespace url_test {

using Catch::Matchers::Contains;
using fhir::ErrorKind;
using fhir::Query;
using fhir::Url;
using test::thrown;

TEST_CASE("url: parses into its parts", "[fhir]") {
    const auto url = Url::parse("HTTPS://Ehr.Example:8443/api/FHIR/R4?a=b&c=%20#part");

    CHECK(url.scheme == "https");
    CHECK(url.host == "ehr.example");
    CHECK(url.port == 8443);
    CHECK(url.path == "/api/FHIR/R4");
    CHECK(url.query == "a=b&c=%20");
    CHECK(url.origin() == "https://ehr.example:8443");
    CHECK(url.target() == "/api/FHIR/R4?a=b&c=%20");
    CHECK(url.text() == "https://ehr.example:8443/api/FHIR/R4?a=b&c=%20");
}

TEST_CASE("url: one address is written in one way", "[fhir]") {
    const auto [text, expected] = GENERATE(table<std::string, std::string>({
        {"https://ehr.example", "https://ehr.example/"},
        {"https://ehr.example:443/x", "https://ehr.example/x"},
        {"http://ehr.example:80/x", "http://ehr.example/x"},
        {"http://ehr.example:443/x", "http://ehr.example:443/x"},
        {"https://ehr.example?a", "https://ehr.example/?a"},
        {"https://ehr.example#a", "https://ehr.example/"},
        {"https://ehr.example/a?b?c/d", "https://ehr.example/a?b?c/d"},
        {"https://ehr.example/a//b/", "https://ehr.example/a//b/"},
        {"https://ehr.example/fhir/../admin", "https://ehr.example/admin"},
        {"https://ehr.example/fhir/./x/", "https://ehr.example/fhir/x/"},
        {"https://ehr.example/fhir/%2e%2E/admin", "https://ehr.example/admin"},
        {"https://ehr.example/fhir/.%2e/admin", "https://ehr.example/admin"},
        {"https://ehr.example/..", "https://ehr.example/"},
        {"https://ehr.example/a..b/...", "https://ehr.example/a..b/..."},
        {"http://[::1]:8080/x", "http://[::1]:8080/x"},
        {"https://[2001:DB8::A]/", "https://[2001:db8::a]/"},
        {"https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"},
        {"https://under_score.example/", "https://under_score.example/"},
    }));

    CHECK(Url::parse(text).text() == expected);
    CHECK(Url::parse(expected).text() == expected);
}

TEST_CASE("url: what may not be requested is refused with the reason", "[fhir]") {
    const auto [text, why] = GENERATE(table<std::string, std::string>({
        {"", "does not begin with https://"},
        {"ehr.example/fhir", "does not begin with https://"},
        {"/fhir", "does not begin with https://"},
        {"https:/ehr.example", "does not begin with https://"},
        {"ftp://ehr.example/", "neither https nor http"},
        {"javascript://ehr.example/", "neither https nor http"},
        {"file:///etc/passwd", "neither https nor http"},
        {"https://", "no host"},
        {"https:///fhir", "no host"},
        {"https://:443/", "no host"},
        {"https://user@ehr.example/", "user name"},
        {"https://user:word@ehr.example/", "user name"},
        {"https://ehr.example@evil.example/", "user name"},
        {"https://ehr.example:0/", "port"},
        {"https://ehr.example:65536/", "port"},
        {"https://ehr.example:/", "port"},
        {"https://ehr.example:44x/", "port"},
        {"https://ehr.example:-1/", "port"},
        {"https://ehr.example:+1/", "port"},
        {"https://a:b:1/", "port"},
        {"https://[::1/", "closing bracket"},
        {"https://[::1]x/", "follows the IPv6 address"},
        {"https://[]/", "no host"},
        {"https://[ehr.example]/", "IPv6"},
        {"https://[::1%25eth0]/", "IPv6"},
        {"https://e hr.example/", "control character"},
        {"https://ehr.example/a b", "control character"},
        {"https://ehr.example/a\r\nX: y", "control character"},
        {"https://ehr.example/\x7f", "control character"},
        {"https://ehr.example/a\tb", "control character"},
        {"https://ehr.example\\@evil.example/", "backslash"},
        {"https://ehr%2eexample/", "host"},
        {"https://ehr<.example/", "host"},
        {"https://ehr.example,evil.example/", "host"},
        {"https://bücher.example/", "host"},
    }));

    const auto error = thrown([&, &text = text] { Url::parse(text); });

    CHECK(error.kind() == ErrorKind::InvalidInput);
    CHECK_THAT(error.what(), Contains(why));
}

TEST_CASE("url: a zero byte and an endless address are refused", "[fhir]") {
    using namespace std::string_literals;
    CHECK_THROWS_AS(Url::parse("https://ehr.example/\0x"s), fhir::Error);
    const auto longest = "https://ehr.example/" + std::string(16 * 1024 - 20, 'a');

    CHECK_NOTHROW(Url::parse(longest));
    CHECK_THAT(thrown([&] { Url::parse(longest + "a"); }).what(), Contains("16 KiB"));
}

TEST_CASE("url: a fault never repeats the address, which may hold a token", "[fhir]") {
    const auto error = thrown([] { Url::parse("https://user:hunter2@ehr.example/?token=abc"); });

    CHECK_THAT(error.what(), !Contains("hunter2") && !Contains("abc"));
}

// RFC 3986, sections 5.4.1 and 5.4.2. A Url has no fragment and its path is never empty.
TEST_CASE("url: references are resolved as RFC 3986 shows", "[fhir]") {
    const auto base = Url::parse("http://a/b/c/d;p?q");
    const auto [reference, expected] = GENERATE(table<std::string, std::string>({
        {"g", "http://a/b/c/g"},
        {"./g", "http://a/b/c/g"},
        {"g/", "http://a/b/c/g/"},
        {"/g", "http://a/g"},
        {"//g", "http://g/"},
        {"?y", "http://a/b/c/d;p?y"},
        {"g?y", "http://a/b/c/g?y"},
        {"#s", "http://a/b/c/d;p?q"},
        {"g#s", "http://a/b/c/g"},
        {"g?y#s", "http://a/b/c/g?y"},
        {";x", "http://a/b/c/;x"},
        {"g;x", "http://a/b/c/g;x"},
        {"g;x?y#s", "http://a/b/c/g;x?y"},
        {"", "http://a/b/c/d;p?q"},
        {".", "http://a/b/c/"},
        {"./", "http://a/b/c/"},
        {"..", "http://a/b/"},
        {"../", "http://a/b/"},
        {"../g", "http://a/b/g"},
        {"../..", "http://a/"},
        {"../../", "http://a/"},
        {"../../g", "http://a/g"},
        {"../../../g", "http://a/g"},
        {"../../../../g", "http://a/g"},
        {"/./g", "http://a/g"},
        {"/../g", "http://a/g"},
        {"g.", "http://a/b/c/g."},
        {".g", "http://a/b/c/.g"},
        {"g..", "http://a/b/c/g.."},
        {"..g", "http://a/b/c/..g"},
        {"./../g", "http://a/b/g"},
        {"./g/.", "http://a/b/c/g/"},
        {"g/./h", "http://a/b/c/g/h"},
        {"g/../h", "http://a/b/c/h"},
        {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
        {"g;x=1/../y", "http://a/b/c/y"},
        {"g?y/./x", "http://a/b/c/g?y/./x"},
        {"g?y/../x", "http://a/b/c/g?y/../x"},
        {"g#s/../x", "http://a/b/c/g"},
        {"http://other/x/../y", "http://other/y"},
        {"HTTPS://other", "https://other/"},
        {"?next=http://elsewhere/", "http://a/b/c/d;p?next=http://elsewhere/"},
        {"g?next=http://elsewhere/", "http://a/b/c/g?next=http://elsewhere/"},
    }));

    CHECK(base.resolve(reference).text() == expected);
}

TEST_CASE("url: a reference in another scheme is not taken for a path", "[fhir]") {
    const auto base = Url::parse("http://a/b/c/d;p?q");
    const std::string reference =
        GENERATE("g:h", "http:g", "mailto:x@y.example", "javascript:alert(1)", "urn:uuid:1",
                 "ftp://a/b", "http://user@b/", "//user@b/", "/a b", "g\r\nx");

    CHECK(thrown([&] { base.resolve(reference); }).kind() == ErrorKind::InvalidInput);
}

TEST_CASE("url: same origin is scheme, host and port", "[fhir]") {
    const auto one = Url::parse("https://ehr.example/fhir");

    CHECK(sameOrigin(one, Url::parse("https://EHR.example:443/other")));
    CHECK_FALSE(sameOrigin(one, Url::parse("http://ehr.example/fhir")));
    CHECK_FALSE(sameOrigin(one, Url::parse("https://ehr.example:8443/fhir")));
    CHECK_FALSE(sameOrigin(one, Url::parse("https://ehr.example.evil.example/fhir")));
}

TEST_CASE("url: loopback is an address, not a name that looks like one", "[fhir]") {
    const auto [host, expected] = GENERATE(table<std::string, bool>({
        {"localhost", true},
        {"LOCALHOST", true},
        {"127.0.0.1", true},
        {"127.255.255.254", true},
        {"[::1]", true},
        {"127.evil.example", false},
        {"127.0.0.1.evil.example", false},
        {"localhost.evil.example", false},
        {"127.0.0", false},
        {"127...", false},
        {"127.0.0.256", false},
        {"127.0.0.0001", false},
        {"128.0.0.1", false},
        {"10.0.0.1", false},
        {"[::2]", false},
        {"ehr.example", false},
    }));

    CHECK(Url::parse("http://" + host + "/").isLoopback() == expected);
}

TEST_CASE("url: percent encoding goes there and back", "[fhir]") {
    std::string every;
    for (int byte = 0; byte < 256; ++byte) every += static_cast<char>(byte);

    CHECK(fhir::percentEncode("az-AZ_09.~") == "az-AZ_09.~");
    CHECK(fhir::percentEncode("a b+c|d/é") == "a%20b%2Bc%7Cd%2F%C3%A9");
    CHECK(fhir::percentDecode(fhir::percentEncode(every)) == every);
    CHECK(fhir::percentDecode("a+b%2b") == "a+b+");
    CHECK(fhir::percentDecode("a+b%2B", true) == "a b+");
}

TEST_CASE("url: a broken escape is refused", "[fhir]") {
    const std::string text = GENERATE("%", "%2", "a%zz", "%2g", "%%20", "100%");

    CHECK(thrown([&] { fhir::percentDecode(text); }).kind() == ErrorKind::InvalidInput);
    CHECK(thrown([&] { Query::parse("a=" + text); }).kind() == ErrorKind::InvalidInput);
}

TEST_CASE("query: is written encoded and read decoded", "[fhir]") {
    Query query{{"identifier", "urn:x|1 2"}, {"_count", "50"}};
    query.add("code", "a,b").add("code", "c&d=e");

    CHECK(query.text() == "identifier=urn%3Ax%7C1%202&_count=50&code=a%2Cb&code=c%26d%3De");
    const auto read = Query::parse(query.text());
    CHECK(read.text() == query.text());
    CHECK(read.find("identifier") == "urn:x|1 2");
    CHECK(read.find("code") == "a,b");
    CHECK_FALSE(read.find("Code"));
}

TEST_CASE("query: odd but legal forms are read", "[fhir]") {
    const auto query = Query::parse("&&a&b=&=c&d=e=f&g=h+i");

    CHECK(query.find("a") == "");
    CHECK(query.find("b") == "");
    CHECK(query.find("") == "c");
    CHECK(query.find("d") == "e=f");
    CHECK(query.find("g") == "h i");
    CHECK(Query::parse("").empty());
    CHECK(Query().text().empty());
}

TEST_CASE("url: an address in the log is the one that is compared, and names no patient",
          "[fhir]") {
    const auto [address, text] = GENERATE(table<std::string, std::string>({
        {"HTTPS://EHR.example:443/fhir", "https://ehr.example/fhir"},
        {"https://ehr.example/FHIR/R4/Patient/p-77?token=secret",
         "https://ehr.example/FHIR/R4/Patient/…"},
        {"https://ehr.example/fhir?token=secret", "https://ehr.example/fhir"},
    }));

    CHECK(fhir::addressForLog(address) == text);
    CHECK_THAT(fhir::addressForLog("https://ada:secret@ehr.example/"),
               Contains("no address") && !Contains("secret"));
    CHECK(fhir::addressForLog("https://ehr.example/" + std::string(9000, 'x')).size() < 250);
}

}  // namespace url_test
