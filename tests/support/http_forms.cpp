#include "tests/support/http_forms.h"

namespace test {
namespace {

using namespace std::string_literals;

const std::string kGet = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
const std::string kPost = "POST / HTTP/1.1\r\nHost: x\r\n";
const std::string kChunked = kPost + "Transfer-Encoding: chunked\r\n\r\n";
/// What must not become a request, where it follows something that was misread.
const std::string kSmuggled = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";

HttpForm refused(std::string name, std::string bytes, int status = 400) {
    return {std::move(name), std::move(bytes) + kSmuggled, {status}, false};
}

HttpForm field(std::string name, const std::string& lines, int status = 400) {
    return refused(std::move(name), kPost + lines + "\r\n\r\n5\r\nhello\r\n0\r\n\r\n", status);
}

HttpForm chunks(std::string name, const std::string& bytes, int status = 400) {
    return refused(std::move(name), kChunked + bytes, status);
}

HttpForm target(std::string name, const std::string& text, int status = 400) {
    return refused(std::move(name), "GET " + text + " HTTP/1.1\r\nHost: x\r\n\r\n", status);
}

HttpForm line(std::string name, const std::string& text, int status = 400) {
    return refused(std::move(name), text + "\r\nHost: x\r\n\r\n", status);
}

std::string repeated(const std::string& text, int times) {
    std::string result;
    for (int i = 0; i < times; ++i) result += text;
    return result;
}

std::vector<int> times(int count, int status) {
    return std::vector<int>(static_cast<std::size_t>(count), status);
}

std::vector<HttpForm> requestLines() {
    return {
        {"a request", kGet, {200}},
        {"an empty line before it", "\r\n" + kGet, {200}},
        refused("two empty lines before it", "\r\n\r\n" + kGet),
        {"another method", "DELETE / HTTP/1.1\r\nHost: x\r\n\r\n", {200}},
        {"a query", "GET /a?b=c|d HTTP/1.1\r\nHost: x\r\n\r\n", {200}},
        {"every server", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", {200}},
        {"absolute form", "GET http://x/a HTTP/1.1\r\nHost: x\r\n\r\n", {200}},
        {"absolute form without a path", "GET http://x?a=b HTTP/1.1\r\nHost: x\r\n\r\n", {200}},
        {"absolute form and another Host", "GET http://x/ HTTP/1.1\r\nHost: y\r\n\r\n", {200}},
        {"absolute form of another server", "GET http://y/ HTTP/1.1\r\nHost: x\r\n\r\n", {421}},
        target("another scheme", "ftp://x/"),
        target("a user in the address", "http://a@x/"),
        target("authority form", "x:80"),
        refused("a tunnel", "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", 501),
        target("a fragment", "/a#b"),
        target("a quotation mark", "/\"a\""),
        target("a backslash", "/a\\b"),
        target("a character that is not ASCII", "/\xc3\xa4"),
        target("DEL", "/a\x7f"),
        target("a blank in the address", "/a b"),
        target("8193 bytes of address", "/" + std::string(8192, 'a'), 414),
        line("no address", "GET HTTP/1.1"),
        line("no version", "GET /"),
        line("two blanks", "GET  / HTTP/1.1"),
        line("a blank at the end", "GET / HTTP/1.1 "),
        line("a blank before", " GET / HTTP/1.1"),
        line("lower case", "GET / http/1.1"),
        line("no method", "/ HTTP/1.1"),
        line("a method that is no token", "GE(T / HTTP/1.1"),
        line("HTTP/1.2", "GET / HTTP/1.2", 505),
        line("HTTP/0.9", "GET / HTTP/0.9", 505),
        line("HTTP/2.0", "GET / HTTP/2.0", 505),
        line("HTTP/1.10", "GET / HTTP/1.10"),
        refused("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        refused("TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s),
        refused("the PROXY protocol", "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" + kGet),
        refused("its second version", "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c"s + kGet),
        refused("a line without CR", "GET / HTTP/1.1\nHost: x\r\n\r\n"),
        refused("CR alone", "GET / HTTP/1.1\rHost: x\r\n\r\n"),
        {"HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", {200}, false},
        {"HTTP/1.0 that stays", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", {200}},
    };
}

std::vector<HttpForm> fields() {
    return {
        {"close", "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", {200}, false},
        {"close in capitals",
         "GET / HTTP/1.1\r\nHost: x\r\nConnection: CLOSE\r\n\r\n",
         {200},
         false},
        {"a Host with a port", "GET / HTTP/1.1\r\nHost: X:8080\r\n\r\n", {200}},
        {"a Host that is an address", "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", {200}},
        {"a foreign Host", "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", {421}},
        {"an empty field", "GET / HTTP/1.1\r\nHost: x\r\nX-A:\r\n\r\n", {200}},
        {"a field in UTF-8", "GET / HTTP/1.1\r\nHost: x\r\nX-A: \xc3\xa4\r\n\r\n", {200}},
        refused("no Host", "GET / HTTP/1.1\r\n\r\n"),
        field("two Hosts", "Host: x"),
        field("two Hosts that differ", "Host: y"),
        refused("an empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
        refused("a Host with a path", "GET / HTTP/1.1\r\nHost: x/y\r\n\r\n"),
        refused("a Host with a user", "GET / HTTP/1.1\r\nHost: a@x\r\n\r\n"),
        refused("two Hosts in one", "GET / HTTP/1.1\r\nHost: x, y\r\n\r\n"),
        field("a blank before the colon", "Content-Length : 5"),
        field("a tab before the colon", "Transfer-Encoding\t: chunked"),
        field("a field without a colon", "X-A"),
        field("a field without a name", ": a"),
        field("NUL in a name", "X\0A: a"s),
        field("NUL in a value", "X-A: a\0b"s),
        field("CR in a value", "X-A: a\rb"),
        field("LF in a value", "X-A: a\nTransfer-Encoding: chunked"),
        field("a folded field", "X-A: a\r\n b"),
        field("a folded coding", "Transfer-Encoding:\r\n chunked"),
        refused("a blank before the first field", "GET / HTTP/1.1\r\n Host: x\r\nX-A: b\r\n\r\n"),
        field("101 fields", repeated("X-A: b\r\n", 101) + "X-A: b", 431),
        field("5,000 fields", repeated("a:b\r\n", 5000) + "a: b", 431),
        field("20 KB of fields", "X-A: " + std::string(20'000, 'a'), 431),
    };
}

std::vector<HttpForm> lengths() {
    return {
        {"a length", kPost + "Content-Length: 5\r\n\r\nhello", {200}, true, {"hello"}},
        {"a length of zero", kPost + "Content-Length: 0\r\n\r\n", {200}, true, {""}},
        {"leading zeros", kPost + "Content-Length: 005\r\n\r\nhello", {200}, true, {"hello"}},
        {"no length and no body", kPost + "\r\n", {200}, true, {""}},
        {"GET with a body",
         "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
         {200},
         true,
         {"hello"}},
        field("two lengths", "Content-Length: 5\r\nContent-Length: 5"),
        field("two lengths that differ", "Content-Length: 5\r\nContent-Length: 6"),
        field("a list of lengths", "Content-Length: 5, 5"),
        field("a thousands separator", "Content-Length: 5,6"),
        field("a length with a sign", "Content-Length: +5"),
        field("a negative length", "Content-Length: -5"),
        field("a hexadecimal length", "Content-Length: 0x5"),
        field("a length with a fraction", "Content-Length: 5.0"),
        field("a length with a blank", "Content-Length: 5 6"),
        field("no length in the field", "Content-Length:"),
        field("a length beyond 64 bits", "Content-Length: 18446744073709551621"),
        field("a length of 101", "Content-Length: 101", 413),
        field("a length of 2^63", "Content-Length: 9223372036854775808", 413),
        field("a length and chunks", "Content-Length: 5\r\nTransfer-Encoding: chunked"),
        field("chunks and a length", "Transfer-Encoding: chunked\r\nContent-Length: 5"),
    };
}

std::vector<HttpForm> codings() {
    return {
        {"chunks",
         kChunked + "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
         {200},
         true,
         {"hello world"}},
        {"no chunk", kChunked + "0\r\n\r\n", {200}, true, {""}},
        {"a hexadecimal size",
         kChunked + "A\r\n0123456789\r\n0\r\n\r\n",
         {200},
         true,
         {"0123456789"}},
        {"a trailer", kChunked + "1\r\na\r\n0\r\nX-Sum: 1\r\n\r\n", {200}, true, {"a"}},
        {"a trailer that looks like a request",
         kChunked + "1\r\na\r\n0\r\nX: GET /smuggled HTTP/1.1\r\n\r\n",
         {200},
         true,
         {"a"}},
        {"a trailer that a lax reader takes for a request",
         kChunked + "1\r\na\r\n0\r\nX-A: b\r\nX: /smuggled HTTP/1.1\r\n\r\n",
         {200},
         true,
         {"a"}},
        {"an extension of a chunk", kChunked + "1;a=b\r\na\r\n0\r\n\r\n", {200}, true, {"a"}},
        {"chunks in capitals",
         kPost + "TRANSFER-ENCODING: Chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
         {200},
         true,
         {"a"}},
        chunks("a trailer that is a request",
               "1\r\na\r\n0\r\nX: 1\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"),
        chunks("a trailer with a length", "1\r\na\r\n0\r\nContent-Length: 5\r\n\r\n"),
        chunks("a trailer with a coding", "1\r\na\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n"),
        chunks("a size that is none", "zz\r\nhello\r\n0\r\n\r\n"),
        chunks("a size of 64 bits", "ffffffffffffffff\r\nhello\r\n0\r\n\r\n", 413),
        chunks("a size beyond 64 bits", "10000000000000005\r\nhello\r\n0\r\n\r\n"),
        chunks("a size with a prefix", "0x5\r\nhello\r\n0\r\n\r\n"),
        chunks("a size with a sign", "+5\r\nhello\r\n0\r\n\r\n"),
        chunks("a size with a blank before", " 5\r\nhello\r\n0\r\n\r\n"),
        chunks("no size", "\r\nhello\r\n0\r\n\r\n"),
        chunks("a size without CR", "5\nhello\r\n0\r\n\r\n"),
        chunks("a chunk that is longer", "4\r\nhello\r\n0\r\n\r\n"),
        chunks("a chunk that is shorter", "6\r\nhello\r\n0\r\n\r\n"),
        chunks("101 bytes in chunks", "64\r\n" + std::string(100, 'a') + "\r\n1\r\nb\r\n0\r\n\r\n",
               413),
        chunks("20 KB of extension", "1;a=" + std::string(20'000, 'b') + "\r\na\r\n0\r\n\r\n", 431),
        chunks("20 KB of trailers", "0\r\nX: " + std::string(20'000, 'b') + "\r\n\r\n", 431),
        chunks("5,000 trailers", "0\r\n" + repeated("a:b\r\n", 5000) + "\r\n", 431),
        field("another coding", "Transfer-Encoding: gzip"),
        field("a coding that ends like it", "Transfer-Encoding: xchunked"),
        field("a coding with a parameter", "Transfer-Encoding: chunked;x"),
        field("no coding", "Transfer-Encoding:"),
        field("identity", "Transfer-Encoding: identity"),
        field("identity and chunks", "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked"),
        field("chunks twice", "Transfer-Encoding: chunked, chunked", 501),
        field("two fields of chunks", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
        field("chunks, then another", "Transfer-Encoding: chunked, gzip"),
        field("another coding, then chunks", "Transfer-Encoding: gzip, chunked", 501),
        refused("chunks in HTTP/1.0",
                "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"),
        {"a word is waited for",
         kPost + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello",
         {200},
         true,
         {"hello"}},
        field("another expectation", "Expect: 200-ok", 417),
    };
}

std::vector<HttpForm> oneAfterTheOther() {
    return {
        {"two requests", kGet + kGet, {200, 200}},
        {"a body, then a request", kPost + "Content-Length: 5\r\n\r\nhello" + kGet, {200, 200}},
        {"chunks, then a request", kChunked + "1\r\na\r\n0\r\nX: 1\r\n\r\n" + kGet, {200, 200}},
        {"a request, then one that is refused",
         kGet + "GET\r\n\r\n" + kSmuggled,
         {200, 400},
         false},
        {"nothing is read after close",
         "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" + kSmuggled,
         {200},
         false},
        {"1,000 requests", repeated(kGet, 1000), times(1000, 200)},
    };
}

}  // namespace

const std::vector<HttpForm>& httpForms() {
    static const std::vector<HttpForm> all = [] {
        std::vector<HttpForm> forms;
        for (const auto& some :
             {requestLines(), fields(), lengths(), codings(), oneAfterTheOther()})
            forms.insert(forms.end(), some.begin(), some.end());
        return forms;
    }();
    return all;
}

}  // namespace test
