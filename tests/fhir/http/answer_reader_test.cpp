#include "fhir/http/answer_reader.h"

#include <cstring>

#include "fhir/base/error.h"
#include "tests/support/gzip.h"
#include "tests/support/thrown.h"

namespace answer_reader_test {

using Catch::Matchers::Contains;
using fhir::ErrorKind;
using fhir::http::AnswerReader;
using fhir::http::Response;
using fhir::http::TransportOptions;
using test::gzip;
using test::thrown;

namespace {

/// A connection that brings `bytes`, `step` at a time, and then ends.
AnswerReader::Source source(const std::string& bytes, std::size_t step) {
    return [bytes, step, at = std::size_t{0}](char* buffer, std::size_t size) mutable {
        const auto count = std::min({size, step, bytes.size() - at});
        std::memcpy(buffer, bytes.data() + at, count);
        at += count;
        return count;
    };
}

struct Read {
    Response response;
    bool reusable = false;
};

Read read(const std::string& bytes, bool toHead = false, std::size_t step = 4096,
          const TransportOptions& limits = {}) {
    AnswerReader reader(source(bytes, step), limits);
    auto response = reader.read(toHead);
    REQUIRE(response);
    return {*std::move(response), reader.isReusable()};
}

fhir::Error refusal(const std::string& bytes, const TransportOptions& limits = {}) {
    return thrown([&] { AnswerReader(source(bytes, 4096), limits).read(false); });
}

const std::string kLong =
    "HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\n"
    "Content-Length: 5\r\nETag: W/\"1\"\r\n\r\nhello";
const std::string kChunked =
    "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n"
    "5\r\nhello\r\n1;name=value\r\n \r\n0A \r\nwide world\r\n0\r\n"
    "Trailer: x\r\n\r\n";

}  // namespace

TEST_CASE("answer reader: reads an answer, however its bytes come", "[fhir]") {
    const std::size_t step = GENERATE(1u, 2u, 7u, 4096u);

    const auto [response, reusable] = read(kLong, false, step);

    CHECK(response.status == 200);
    CHECK(response.headers.find("content-type") == "application/fhir+json");
    CHECK(response.headers.find("etag") == "W/\"1\"");
    CHECK(response.body == "hello");
    CHECK(reusable);
    CHECK(read(kChunked, false, step).response.body == "hello wide world");
    CHECK(read(kChunked, false, step).response.status == 201);
}

TEST_CASE("answer reader: a connection that ends before the first byte gives nothing", "[fhir]") {
    AnswerReader reader(source("", 1), {});

    CHECK_FALSE(reader.read(false));
    CHECK_FALSE(reader.begun());
}

TEST_CASE("answer reader: an answer cut off at any byte is an error", "[fhir]") {
    for (const auto& whole : {kLong, kChunked, "HTTP/1.1 100 Continue\r\n\r\n" + kLong})
        for (std::size_t length = 1; length < whole.size(); ++length) {
            INFO("the first " << length << " bytes of " << whole);
            AnswerReader reader(source(whole.substr(0, length), 4096), {});
            const auto error = thrown([&] { reader.read(false); });
            CHECK(error.kind() == ErrorKind::Unavailable);
            CHECK(std::string(error.what()) == "the answer broke off before its end");
            CHECK(reader.begun());
        }
}

TEST_CASE("answer reader: some answers have no body whatever their header says", "[fhir]") {
    CHECK(read("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n").response.body.empty());
    CHECK(read("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n").response.body.empty());
    CHECK(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", true).response.body.empty());
    CHECK(read("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").reusable);
}

TEST_CASE("answer reader: interim answers are passed over", "[fhir]") {
    const auto [response, reusable] = read(
        "HTTP/1.1 100 Continue\r\n\r\n"
        "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" +
        kLong);

    CHECK(response.status == 200);
    CHECK(response.body == "hello");
    CHECK_FALSE(response.headers.find("Link"));
    CHECK(reusable);
}

TEST_CASE("answer reader: a body without a length ends with the connection", "[fhir]") {
    const auto [response, reusable] = read("HTTP/1.1 200\r\n\r\nto the end");

    CHECK(response.body == "to the end");
    CHECK_FALSE(reusable);
}

TEST_CASE("answer reader: knows whether the connection can be used again", "[fhir]") {
    const auto [bytes, expected] = GENERATE(table<std::string, bool>({
        {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true},
        {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n", true},
        {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: Close\r\n\r\n", false},
        {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: x, close\r\n\r\n", false},
        {"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false},
        {"HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n", true},
        {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n", false},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", true},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n0\r\n\r\n",
         false},
    }));

    CHECK(read(bytes).reusable == expected);
}

TEST_CASE("answer reader: odd but harmless heads are read", "[fhir]") {
    CHECK(read("HTTP/1.1 200\r\nContent-Length:0\r\n\r\n").response.status == 200);
    CHECK(read("HTTP/1.1 599 \r\nContent-Length: 0\r\n\r\n").response.status == 599);
    CHECK(read("HTTP/1.1 200 OK\nX:  y\t \nContent-Length: 0\n\n").response.headers.find("X") ==
          "y");
    CHECK(read("HTTP/1.1 200 OK\r\nX:\r\nContent-Length: 0\r\n\r\n").response.headers.find("X") ==
          "");
    CHECK(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello")
              .response.body == "hello");
    CHECK(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n").response.body ==
          "");
    CHECK(read("HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\nContent-Length: 0\r\n\r\n")
              .response.status == 200);
}

TEST_CASE("answer reader: what is not HTTP is refused", "[fhir]") {
    const std::string bytes = GENERATE(
        "SSH-2.0-OpenSSH_9.2\r\n\r\n", "<html>hello</html>\n\n", "220 mail.example ESMTP\r\n\r\n",
        "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n", "HTTP/1.1 600 OK\r\n\r\n", "HTTP/1.1 -20 OK\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n", "HTTP/1.1\r\n\r\n", "http/1.1 200 OK\r\n\r\n", "\r\n\r\n",
        "\x15\x03\x03", "HTTP/1.1 200 OK\r\nno field\r\n\r\n", "HTTP/1.1 200 OK\r\n: empty\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA B: x\r\n\r\n", "HTTP/1.1 200 OK\r\nA : x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: x\r\n folded\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nhello\r\n0\r\n\r\n");

    const auto error = refusal(bytes);

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK_THAT(error.what(), !Contains("hello"));
}

TEST_CASE("answer reader: what is no compression in Content-Encoding costs nothing", "[fhir]") {
    // Servers that write the character set there, or nothing at all.
    const auto coding =
        GENERATE(as<std::string>(), "", "utf-8", "UTF-8", "identity, utf-8", " ,", "none");
    CHECK(read("HTTP/1.1 200 OK\r\nContent-Encoding: " + coding +
               "\r\nContent-Length: 5\r\n\r\nhello")
              .response.body == "hello");
}

TEST_CASE("answer reader: another compression, or one over another, is a bad reply", "[fhir]") {
    const auto coding =
        GENERATE(as<std::string>(), "br", "deflate", "gzip, br", "gzip, gzip", "zstd");
    CHECK_THAT(refusal("HTTP/1.1 200 OK\r\nContent-Encoding: " + coding +
                       "\r\nContent-Length: 5\r\n\r\nhello")
                   .what(),
               Contains("not asked for"));
}

TEST_CASE("answer reader: a body in gzip is inflated", "[fhir]") {
    const std::string text(100'000, 'x');
    const auto body = gzip(text);
    const auto length = "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    const std::string start = "HTTP/1.1 200 OK\r\nContent-Encoding: ";

    for (const std::size_t step : {1u, 100u, 4096u}) {
        CHECK(read(start + "gzip\r\n" + length + body, false, step).response.body == text);
        CHECK(read(start + "X-GZip\r\n\r\n" + body, false, step).response.body == text);
    }
    CHECK(read(start + "gzip\r\nContent-Length: 0\r\n\r\n").response.body.empty());
}

TEST_CASE("answer reader: a compressed body that is broken or of another kind is refused",
          "[fhir]") {
    const std::string start = "HTTP/1.1 200 OK\r\nContent-Encoding: ";
    const auto body = gzip("hello");

    CHECK_THAT(refusal(start + "br\r\nContent-Length: 1\r\n\r\nx").what(),
               Contains("not asked for"));
    CHECK_THAT(refusal(start + "gzip\r\nContent-Length: 5\r\n\r\nhello").what(),
               Contains("broken"));
    CHECK_THAT(refusal(start + "gzip\r\n\r\n" + body.substr(0, body.size() - 1)).what(),
               Contains("ends before its end"));
}

TEST_CASE("answer reader: the limit holds for what a body inflates to", "[fhir]") {
    TransportOptions limits;
    limits.bodyBytesMax = 1'000'000;
    const auto head = [](const std::string& body) {
        return "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + body;
    };

    CHECK(read(head(gzip(std::string(1'000'000, 'x'))), false, 4096, limits).response.body.size() ==
          1'000'000);
    CHECK_THAT(refusal(head(gzip(std::string(1'000'001, 'x'))), limits).what(),
               Contains("larger than 1000000 bytes"));
    CHECK_THAT(refusal(head(gzip(std::string(64'000'000, 'x'))), limits).what(),
               Contains("larger than 1000000 bytes"));
}

TEST_CASE("answer reader: the body of a 200 goes to a sink in parts, with a limit of its own",
          "[fhir]") {
    TransportOptions limits;
    limits.bodyBytesMax = 3;
    limits.streamBytesMax = 16;
    std::string body;
    const auto readInto = [&](const std::string& bytes) {
        body.clear();
        AnswerReader reader(source(bytes, 4), limits);
        return *reader.read(false, [&](std::string_view part) { body += part; });
    };

    const auto response = readInto(kLong);
    CHECK(response.status == 200);
    CHECK(response.body.empty());
    CHECK(body == "hello");

    const auto refused = readInto("HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\nno");
    CHECK(refused.body == "no");
    CHECK(body.empty());
    CHECK_THAT(thrown([&] { readInto("HTTP/1.1 200 OK\r\n\r\n0123456789ABCDEFG"); }).what(),
               Contains("larger than 16 bytes"));
    CHECK_THAT(thrown([&] { readInto("HTTP/1.1 404 No\r\n\r\n0123"); }).what(),
               Contains("larger than 3 bytes"));
}

TEST_CASE("answer reader: a body is limited by what it says and by what it is", "[fhir]") {
    TransportOptions limits;
    limits.bodyBytesMax = 10;
    const std::string start = "HTTP/1.1 200 OK\r\n";
    const std::string chunked = start + "Transfer-Encoding: chunked\r\n\r\n";

    CHECK(read(start + "Content-Length: 10\r\n\r\n0123456789", false, 4096, limits)
              .response.body.size() == 10);
    CHECK(read(chunked + "5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n", false, 4096, limits)
              .response.body.size() == 10);
    CHECK(read(start + "\r\n0123456789", false, 4096, limits).response.body.size() == 10);
    const auto bytes = GENERATE_COPY(
        start + "Content-Length: 11\r\n\r\n", start + "Content-Length: 2147483648\r\n\r\n",
        chunked + "B\r\n", chunked + "FFFFFFFFFFFFFFFF\r\n",
        chunked + "A\r\n0123456789\r\nFFFFFFFFFFFFFFFF\r\n", chunked + "A\r\n0123456789\r\n1\r\n",
        start + "\r\n0123456789A");
    const auto error = refusal(bytes, limits);
    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK(std::string(error.what()) == "the answer is larger than 10 bytes");
}

TEST_CASE("answer reader: a head is limited by line, by fields and as a whole", "[fhir]") {
    TransportOptions limits;
    limits.headerFieldsMax = 3;
    const std::string start = "HTTP/1.1 200 OK\r\n";
    std::string interim;
    for (int i = 0; i < 20'000; ++i) interim += "HTTP/1.1 100 Continue\r\n\r\n";

    CHECK_NOTHROW(read(start + "A: 1\r\nB: 2\r\nContent-Length: 0\r\n\r\n", false, 9, limits));
    CHECK_THAT(refusal(start + "A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\n", limits).what(),
               Contains("too many fields"));
    CHECK_THAT(refusal(start + "A: " + std::string(9000, 'x') + "\r\n\r\n").what(),
               Contains("too large"));
    CHECK_THAT(refusal("HTTP/1.1 200 " + std::string(9000, 'x')).what(), Contains("too large"));
    CHECK_THAT(refusal(interim).what(), Contains("too large"));
}

TEST_CASE("answer reader: many small chunks are one body", "[fhir]") {
    std::string bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 100'000; ++i) bytes += "1\r\nx\r\n";

    CHECK(read(bytes + "0\r\n\r\n").response.body == std::string(100'000, 'x'));
}

}  // namespace answer_reader_test
